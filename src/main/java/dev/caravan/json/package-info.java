/** Where a value stands in a JSON payload: one grammar of paths for CSV columns, filters, charts and exports. */
@NullMarked
package dev.caravan.json;

import org.jspecify.annotations.NullMarked;
