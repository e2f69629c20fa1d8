package dev.caravan.check;

/**
 * Where something of a context stands.
 *
 * @param line counted from 1; 0 where only the file is known
 */
record Origin(RouteFile file, int line) {}
