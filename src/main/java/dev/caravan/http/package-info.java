/**
 * What scripts and browsers see: publish, subscribe, clear, topics and the status page, behind one guard.
 */
@NullMarked
package dev.caravan.http;

import org.jspecify.annotations.NullMarked;
