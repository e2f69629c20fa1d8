/**
 * Bridges: which topics cross between two brokers, and under which name.
 */
@NullMarked
package dev.caravan.bridge;

import org.jspecify.annotations.NullMarked;
