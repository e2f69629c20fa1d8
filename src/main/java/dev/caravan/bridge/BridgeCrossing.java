package dev.caravan.bridge;

import dev.caravan.topic.TopicName;
import java.util.Optional;
import org.apache.camel.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * What the topic lines of a bridge make of a message, told without a connection. For tests of bridges.
 *
 * @param topic its topic at the other side
 * @param qos the QoS it crosses with
 * @param retain whether it is still to be retained there
 */
public record BridgeCrossing(String topic, int qos, boolean retain) {

    /**
     * A message published at the local broker.
     *
     * @param bridge an endpoint of {@link BridgeComponent}
     * @return empty where no line sends it
     * @throws IllegalArgumentException if the line that takes it can make no topic of it: it would go to dead letter
     */
    public static Optional<BridgeCrossing> out(Endpoint bridge, String topic, int qos, boolean retain) {
        return of(((BridgeEndpoint) bridge).settings().topics().outward(new TopicName(topic)), qos, retain);
    }

    /** A message published at the remote; the mirror of {@link #out}. */
    public static Optional<BridgeCrossing> in(Endpoint bridge, String topic, int qos, boolean retain) {
        return of(((BridgeEndpoint) bridge).settings().topics().inward(new TopicName(topic)), qos, retain);
    }

    private static Optional<BridgeCrossing> of(@Nullable Rewritten rewritten, int qos, boolean retain) {
        if (rewritten == null) {
            return Optional.empty();
        }
        TopicLine line = rewritten.line();
        return Optional.of(new BridgeCrossing(rewritten.target().value(), line.qos(qos), line.keepsRetained(retain)));
    }
}
