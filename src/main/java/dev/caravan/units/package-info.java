/** Sizes and times as people write them. */
@NullMarked
package dev.caravan.units;

import org.jspecify.annotations.NullMarked;
