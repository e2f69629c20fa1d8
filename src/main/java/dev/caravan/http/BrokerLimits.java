package dev.caravan.http;

import java.util.function.Predicate;

/**
 * What the broker is known to answer by closing the connection. All publishers over HTTP share one connection, so such
 * a message is refused before it is sent.
 *
 * @param reserved whether the broker refuses a Topic Name
 * @param maxPacketBytes the largest MQTT packet that the broker takes
 */
public record BrokerLimits(Predicate<String> reserved, long maxPacketBytes) {

    /** Of a broker about which nothing is known. */
    public static final BrokerLimits NONE = new BrokerLimits(topic -> false, Long.MAX_VALUE);
}
