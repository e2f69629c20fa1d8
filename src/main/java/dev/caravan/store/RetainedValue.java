package dev.caravan.store;

import org.jspecify.annotations.Nullable;

/**
 * What a topic's Retained Message holds, never empty. The payload is shared: no reader changes it.
 *
 * @param payload the application message
 * @param contentType MQTT 5's Content Type, null where none is known
 */
public record RetainedValue(byte[] payload, @Nullable String contentType) {}
