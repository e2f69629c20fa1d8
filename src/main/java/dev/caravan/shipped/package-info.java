/**
 * The files inside the jar that are the user's to edit: routes, broker.xml and settings.
 */
@NullMarked
package dev.caravan.shipped;

import org.jspecify.annotations.NullMarked;
