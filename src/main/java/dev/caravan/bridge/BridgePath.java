package dev.caravan.bridge;

import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where a message has been: the brokers it has left over a bridge, in a User Property of MQTT 5. A message that has been
 * at a broker is never sent there again, so that bridges in a ring circulate nothing.
 *
 * @param nodes the names of the brokers, oldest first
 * @param id what the first bridge called the message, empty before
 */
record BridgePath(List<String> nodes, String id) {

    /** The User Property with the brokers, separated by commas. */
    static final String PATH = "bridge-path";

    /** The User Property with a name of the message that is its own for ever: a repeated delivery has the same. */
    static final String ID = "bridge-id";

    private static final BridgePath NONE = new BridgePath(List.of(), "");
    private static final String SEPARATOR = ",";

    BridgePath {
        nodes = List.copyOf(nodes);
    }

    static BridgePath of(List<Map.Entry<String, String>> properties) {
        if (properties.isEmpty()) {
            return NONE;
        }
        List<String> nodes = new ArrayList<>();
        String id = "";
        for (Map.Entry<String, String> property : properties) {
            if (property.getKey().equals(PATH)) {
                for (String node : property.getValue().split(SEPARATOR)) {
                    // Anybody may write the property; an empty name is nobody's.
                    if (!node.isEmpty()) {
                        nodes.add(node);
                    }
                }
            } else if (property.getKey().equals(ID)) {
                id = property.getValue();
            }
        }
        return nodes.isEmpty() && id.isEmpty() ? NONE : new BridgePath(nodes, id);
    }

    /** What to call a broker that does not tell its name; the same as long as its address is. */
    static String nodeAt(String address) {
        return Integer.toUnsignedString(address.hashCode(), Character.MAX_RADIX);
    }

    boolean contains(String node) {
        return nodes.contains(node);
    }

    /** How many bridges it has crossed. */
    int hops() {
        return nodes.size();
    }

    /**
     * The properties of the message behind one more bridge.
     *
     * @param newId what to call it where it has no name yet
     */
    Mqtt5UserProperties after(String node, String newId, List<Map.Entry<String, String>> properties) {
        List<Mqtt5UserProperty> all = new ArrayList<>(properties.size() + 2);
        for (Map.Entry<String, String> property : properties) {
            if (!property.getKey().equals(PATH) && !property.getKey().equals(ID)) {
                all.add(Mqtt5UserProperty.of(property.getKey(), property.getValue()));
            }
        }
        all.add(Mqtt5UserProperty.of(ID, id.isEmpty() ? newId : id));
        all.add(Mqtt5UserProperty.of(PATH, nodes.isEmpty() ? node : String.join(SEPARATOR, nodes) + SEPARATOR + node));
        return Mqtt5UserProperties.of(all);
    }
}
