/**
 * Our MQTT client component behind Camel's {@code paho-mqtt5:} URIs: acknowledges on completion, keeps order, reconnects.
 */
@NullMarked
package dev.caravan.mqtt;

import org.jspecify.annotations.NullMarked;
