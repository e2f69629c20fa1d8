/**
 * MQTT's words as types: topic names and topic filters, checked once and then trusted.
 */
@NullMarked
package dev.caravan.topic;

import org.jspecify.annotations.NullMarked;
