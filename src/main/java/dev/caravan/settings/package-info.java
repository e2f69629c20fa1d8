/**
 * What an operator can set: every key, its default, its rule, and where its value came from.
 */
@NullMarked
package dev.caravan.settings;

import org.jspecify.annotations.NullMarked;
