/**
 * The message store: what was published, kept to be read again.
 */
@NullMarked
package dev.caravan.store;

import org.jspecify.annotations.NullMarked;
