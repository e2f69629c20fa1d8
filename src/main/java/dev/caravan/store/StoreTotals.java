package dev.caravan.store;

/**
 * How full a store is.
 *
 * @param topics topics with at least one message
 * @param messages messages that can be read now
 * @param bytes estimated bytes of memory, retained values included
 * @param keptSinceStart messages that were ever kept, evicted and cleared ones included
 */
public record StoreTotals(int topics, long messages, long bytes, long keptSinceStart) {}
