package dev.caravan.store;

/**
 * The numbers of one stretch of time; there is none for a stretch without a number.
 *
 * @param from where it begins, microseconds since the epoch
 * @param count how many numbers
 * @param min the smallest
 * @param max the largest
 * @param mean their mean
 */
public record SeriesBucket(long from, long count, double min, double max, double mean) {}
