package dev.caravan.bridge;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.caravan.mqtt.MqttConnection;
import dev.caravan.mqtt.MqttConnection.Subscription;
import dev.caravan.mqtt.MqttConnection.Will;
import dev.caravan.topic.TopicFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a bridge connects to each side. */
final class RemoteOptions {

    /** How long a remote keeps the subscriptions and their messages while the bridge is away: three weeks and a half. */
    private static final long SESSION_SECONDS = 2_147_483;

    private static final int LOCAL_KEEP_ALIVE_SECONDS = 20;
    private static final Duration LOCAL_RECONNECT = Duration.ofSeconds(2);

    private final BridgeSettings settings;

    RemoteOptions(BridgeSettings settings) {
        this.settings = settings;
    }

    /**
     * Whether what goes out needs a connection of its own: a remote that keeps the session of the subscriptions keeps the
     * packet identifiers of QoS 2 with it, and would take a new message for the repetition of an old one.
     */
    boolean needsOwnSender() {
        return !settings.topics().in().isEmpty()
                && settings.topics().out().stream().anyMatch(line -> line.qos() == 2);
    }

    /** @param probe what may be sent at any time to see whether the remote takes anything, or null */
    MqttConnection.Options remote(@Nullable Will will, @Nullable Mqtt5Publish probe) {
        return options("bridge " + settings.name(), settings.clientId(), will, subscriptions(), probe);
    }

    MqttConnection.Options sender(@Nullable Mqtt5Publish probe) {
        return options("bridge " + settings.name() + ": out", settings.clientId() + "-out", null, List.of(), probe);
    }

    /** @param will for a local broker that outlives this process, or null */
    MqttConnection.Options local(LocalBroker broker, @Nullable Will will) {
        return local(broker, "", List.of(), will);
    }

    /** @param suffix tells several connections of the bridge to an outside broker apart */
    MqttConnection.Options local(
            LocalBroker broker, String suffix, List<Subscription> subscriptions, @Nullable Will will) {
        return new MqttConnection.Options(
                "bridge " + settings.name() + ": local" + suffix,
                List.of(broker.url()),
                false,
                "5",
                broker.clientId() + "-bridge-" + settings.name() + suffix,
                broker.user(),
                broker.password(),
                LOCAL_KEEP_ALIVE_SECONDS,
                LOCAL_RECONNECT,
                settings.window(),
                null,
                null,
                will,
                subscriptions,
                SESSION_SECONDS,
                null);
    }

    private MqttConnection.Options options(
            String name,
            String clientId,
            @Nullable Will will,
            List<Subscription> subscriptions,
            @Nullable Mqtt5Publish probe) {
        return new MqttConnection.Options(
                name,
                settings.addresses(),
                settings.roundRobin(),
                settings.mqttVersion(),
                clientId,
                settings.user(),
                settings.password(),
                settings.keepAliveSeconds(),
                settings.restartTimeout(),
                settings.window(),
                settings.caFile(),
                settings.certificateFile(),
                will,
                subscriptions,
                SESSION_SECONDS,
                probe);
    }

    /** A filter that another one covers is left out, so that the remote does not send its messages twice. */
    private List<Subscription> subscriptions() {
        List<TopicLine> in = settings.topics().in();
        // What we have sent would come back; the bridge's own guard would stop it, but only here.
        boolean noLocal =
                settings.mqttVersion().equals("5") && settings.topics().loops().isPresent();
        return subscriptions(in.stream().map(TopicLine::remoteFilter).toList(), in, noLocal);
    }

    static List<Subscription> subscriptions(List<TopicFilter> filters, List<TopicLine> lines, boolean noLocal) {
        List<Subscription> wanted = new ArrayList<>();
        for (int i = 0; i < filters.size(); i++) {
            TopicFilter filter = filters.get(i);
            int qos = 0;
            boolean covered = false;
            for (int j = 0; j < filters.size(); j++) {
                if (filter.covers(filters.get(j))) {
                    qos = Math.max(qos, lines.get(j).qos());
                }
                covered |= j != i && filters.get(j).covers(filter) && (!filter.covers(filters.get(j)) || j < i);
            }
            if (!covered) {
                wanted.add(new Subscription(filter.value(), qos, noLocal));
            }
        }
        return wanted;
    }
}
