/**
 * Caravan: an MQTT broker, bridge and data logger in one jar. Only this package knows all the others.
 */
@NullMarked
package dev.caravan;

import org.jspecify.annotations.NullMarked;
