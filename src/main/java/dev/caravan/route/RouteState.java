package dev.caravan.route;

/**
 * How a route is, a snapshot. Counts are since the route was added; a new version of it counts on.
 *
 * @param exchanges how many are done, those that failed too
 * @param failures how many of these failed, whether or not the error handler took care of it
 * @param inFlight how many are not done yet
 */
public record RouteState(String id, String description, long exchanges, long failures, long inFlight) {}
