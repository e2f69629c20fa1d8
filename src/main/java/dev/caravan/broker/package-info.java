/**
 * The embedded Artemis broker and the little that makes its MQTT keep order and lose nothing.
 */
@NullMarked
package dev.caravan.broker;

import org.jspecify.annotations.NullMarked;
