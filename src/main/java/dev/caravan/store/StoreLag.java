package dev.caravan.store;

import org.jspecify.annotations.Nullable;

/**
 * What the database is behind by.
 *
 * @param messages messages that wait to be written
 * @param oldestMillis how long the oldest of them has waited; 0 where none does
 * @param lastError why the database takes none at the moment, null while it does
 */
public record StoreLag(
        long messages, long oldestMillis, @Nullable String lastError) {}
