/**
 * Route files as text: what is in one, and everything that is wrong with it, with line and column, before it runs.
 */
@NullMarked
package dev.caravan.check;

import org.jspecify.annotations.NullMarked;
