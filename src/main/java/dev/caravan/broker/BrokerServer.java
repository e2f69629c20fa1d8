package dev.caravan.broker;

import dev.caravan.topic.TopicFilter;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.WildcardConfiguration;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTUtil;
import org.apache.activemq.artemis.core.server.BindingQueryResult;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;

/**
 * Artemis' server, but one that finds Retained Messages as MQTT matches a Topic Filter (MQTT 5.0, 4.7). Artemis 2.55.0
 * looks for them with its own addresses, in which a dot separates levels even where it belongs to one: {@code +/c} would
 * miss {@code a.b/c}, {@code +/+} would find {@code a.b}, and {@code #} would find what begins with {@code $}.
 *
 * <p>A subclass, as Artemis asks no plugin for this. Safe for threads.
 */
final class BrokerServer extends ActiveMQServerImpl {

    private static final Pattern WILDCARD = Pattern.compile("[+#]");

    BrokerServer(Configuration configuration) {
        super(configuration);
    }

    @Override
    public BindingQueryResult bindingQuery(SimpleString address, boolean newFQQN) throws Exception {
        String name = String.valueOf(address);
        if (!name.startsWith(MQTTUtil.MQTT_RETAIN_ADDRESS_PREFIX)) {
            return super.bindingQuery(address, newFQQN);
        }
        // Only the names are read.
        return new BindingQueryResult(
                true, null, retained(name), false, false, false, 0, false, false, null, false, 0, 0L);
    }

    private List<SimpleString> retained(String address) {
        String filter = MQTTUtil.getMqttTopicFromCoreAddress(address, wildcards());
        TopicFilter wanted = RetainedMessages.filter(filter).orElse(null);
        if (wanted == null) {
            return List.of();
        }
        if (!wanted.hasWildcard()) {
            return locateQueue(address) == null ? List.of() : List.of(SimpleString.of(address));
        }
        return BrokerQueues.withPrefix(this, commonPrefix(filter)).stream()
                .map(Queue::getName)
                .filter(queue -> SafeNames.topicName(queue.toString(), wildcards())
                        .filter(wanted::matches)
                        .isPresent())
                .toList();
    }

    /** What the names of all queues begin with that the filter may match: spares a closer look at each of the others. */
    private String commonPrefix(String filter) {
        Matcher wildcard = WILDCARD.matcher(filter);
        int plain = wildcard.find() ? wildcard.start() : filter.length();
        // Without the slash before it, as a/# matches a too.
        return MQTTUtil.getCoreRetainAddressFromMqttTopic(filter.substring(0, Math.max(0, plain - 1)), wildcards());
    }

    private WildcardConfiguration wildcards() {
        return getConfiguration().getWildcardConfiguration();
    }
}
