/**
 * The command line: thin commands over the services of the other packages.
 */
@NullMarked
package dev.caravan.cli;

import org.jspecify.annotations.NullMarked;
