/**
 * Tests beside routes: messages that are sent into a route, and what must come out of it, without a broker.
 */
@NullMarked
package dev.caravan.routetest;

import org.jspecify.annotations.NullMarked;
