package dev.caravan.mqtt;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How one connection of the component is. A snapshot, safe to show: it holds no credentials.
 *
 * @param name the route and topic it serves, for example {@code csv-log-readings: in sensors/+/data}
 * @param brokerUrl the address in use or tried last
 * @param connected whether messages can flow: the link is up and, for a consumer, its subscription is granted
 * @param since when {@code connected} last changed
 * @param lastError why it is not connected, or the last reason that it was not; null if it never failed
 */
public record ConnectionState(
        String name,
        String brokerUrl,
        String clientId,
        boolean connected,
        Instant since,
        @Nullable String lastError) {}
