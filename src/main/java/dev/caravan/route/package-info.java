/**
 * The routes folder: which YAML files run, and how a saved file takes effect without harm to the others.
 */
@NullMarked
package dev.caravan.route;

import org.jspecify.annotations.NullMarked;
