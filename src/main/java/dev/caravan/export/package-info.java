/**
 * Messages of the store as JSON, NDJSON or CSV on the way out: which ones, in which form, in constant memory.
 */
@NullMarked
package dev.caravan.export;

import org.jspecify.annotations.NullMarked;
