package dev.caravan.broker;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscribePayload;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQExceptionType;
import org.apache.activemq.artemis.core.config.WildcardConfiguration;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTConnection;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTInterceptor;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTProtocolHandler;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTSessionState;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTStateManager;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTUtil;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyServerConnection;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerConnectionPlugin;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.jspecify.annotations.Nullable;

/**
 * Knows the Subscription Options (MQTT 5.0, 3.8.3.1) of each subscription, from the SUBSCRIBE on. Artemis 2.55.0
 *
 * <ul>
 *   <li>notes them only after the first messages may have been delivered, and keeps the old ones when a second SUBSCRIBE
 *       changes them (3.8.4-3) unless the QoS rises or the Subscription Identifier differs. Here its notes are put right
 *       before the SUBACK, in the store as well.
 *   <li>cannot bear No Local: a quote in the Client Identifier breaks its filter, and when the option changes it loses
 *       sight of the subscription, whose messages can be acknowledged no more. So Artemis is not told of it; {@link
 *       NoLocal} is.
 * </ul>
 *
 * <p>Subscriptions of a bridge that says so by {@link BridgeBit} have No Local and Retain As Published, as with Mosquitto.
 *
 * <p>An interceptor of both directions. Called by the broker's threads, safe for many at a time.
 */
final class SubscriptionOptions implements ActiveMQServerConnectionPlugin, MQTTInterceptor {

    private static final String NAME = "caravan-subscription-options";

    /** What SUBACK answers when it does not refuse. */
    private static final int MAX_QOS = 2;

    private final ActiveMQServer server;

    /** SUBSCRIBE packets without a SUBACK yet, by connection id; Artemis answers in their order. */
    private final Map<Object, Queue<List<MqttTopicSubscription>>> unanswered = new ConcurrentHashMap<>();

    /** What Artemis notes of each connected client, by connection id. */
    private final Map<Object, MQTTSessionState> notes = new ConcurrentHashMap<>();

    /** Null until the first CONNACK: asked for sooner, it would begin to load. */
    private volatile @Nullable MQTTStateManager sessions;

    SubscriptionOptions(ActiveMQServer server) {
        this.server = server;
    }

    @Override
    public boolean intercept(MqttMessage packet, RemotingConnection connection) throws ActiveMQException {
        try {
            if (packet instanceof MqttConnectMessage) {
                listen(connection);
            } else if (packet instanceof MqttSubAckMessage answer) {
                try {
                    note(granted(answer, connection), connection);
                } finally {
                    unanswered(connection).poll();
                }
            } else if (packet instanceof MqttConnAckMessage answer
                    && answer.variableHeader().connectReturnCode() == MqttConnectReturnCode.CONNECTION_ACCEPTED) {
                MQTTStateManager known = MQTTStateManager.getInstance(server);
                sessions = known;
                // Now it is there: asked for at another time it might be made, for a session that is gone.
                notes.put(connection.getID(), known.getSessionState(connection.getClientID()));
            }
        } catch (Exception e) {
            throw new ActiveMQException(
                    "cannot keep the options of a subscription", e, ActiveMQExceptionType.GENERIC_EXCEPTION);
        }
        return true;
    }

    /** The subscriptions that a SUBACK, which is about to be sent, says yes to. */
    List<MqttTopicSubscription> granted(MqttSubAckMessage answer, RemotingConnection connection) {
        List<MqttTopicSubscription> asked = unanswered(connection).peek();
        if (asked == null) {
            return List.of();
        }
        List<Integer> codes = answer.payload().grantedQoSLevels();
        return IntStream.range(0, asked.size())
                .filter(i -> codes.get(i) <= MAX_QOS)
                .mapToObj(asked::get)
                .toList();
    }

    /**
     * The options of a connected client's subscription, or null where there is none. The latest SUBSCRIBE counts, also
     * before its SUBACK.
     *
     * @param queue Artemis' name of the subscription queue
     * @param address Artemis' name of the Topic Filter
     */
    @Nullable
    MqttSubscriptionOption find(String clientId, String queue, String address) {
        MQTTStateManager known = sessions;
        MQTTConnection connection = known == null ? null : known.getConnectedClient(clientId);
        MQTTSessionState state = connection == null ? null : notes.get(connection.getID());
        if (connection == null || state == null) {
            return null;
        }
        String filter = MQTTUtil.getMqttTopicFromCoreAddress(address, wildcards());
        if (!queue.equals(clientId + "." + address) && queue.endsWith("." + address)) {
            String group = queue.substring(0, queue.length() - address.length() - 1);
            filter = MQTTUtil.SHARED_SUBSCRIPTION_PREFIX + group + "/" + filter;
        }
        MqttTopicSubscription latest = state.getSubscription(filter);
        for (List<MqttTopicSubscription> asked : unanswered(connection)) {
            for (MqttTopicSubscription subscription : asked) {
                latest = subscription.topicFilter().equals(filter) ? subscription : latest;
            }
        }
        return latest == null ? null : latest.option();
    }

    @Override
    public void afterDestroyConnection(RemotingConnection connection) {
        unanswered.remove(connection.getID());
        notes.remove(connection.getID());
    }

    private void note(List<MqttTopicSubscription> granted, RemotingConnection connection) throws Exception {
        MQTTStateManager known = sessions;
        MQTTSessionState state = notes.get(connection.getID());
        if (known == null || state == null) {
            return;
        }
        boolean changed = false;
        for (MqttTopicSubscription asked : granted) {
            MqttTopicSubscription subscription = withoutNoLocal(asked);
            MQTTSessionState.SubscriptionItem noted = state.getSubscriptionPlusID(subscription.topicFilter());
            if (noted != null && !noted.getSubscription().option().equals(subscription.option())) {
                // The only public way. What is delivered in between lacks its Subscription Identifier.
                state.removeSubscription(subscription.topicFilter());
                state.addSubscription(subscription, wildcards(), noted.getId());
                changed = true;
            }
        }
        if (changed) {
            known.storeDurableSubscriptionState(state);
        }
    }

    /** Before the broker's own handler, as an interceptor may not exchange a packet. On the connection's thread. */
    private void listen(RemotingConnection connection) {
        if (connection.getTransportConnection() instanceof NettyServerConnection netty) {
            ChannelPipeline pipeline = netty.getChannel().pipeline();
            ChannelHandlerContext mqtt = pipeline.context(MQTTProtocolHandler.class);
            if (mqtt != null && pipeline.get(NAME) == null) {
                Queue<List<MqttTopicSubscription>> asked = new ConcurrentLinkedQueue<>();
                unanswered.put(connection.getID(), asked);
                pipeline.addBefore(mqtt.name(), NAME, new Handler(asked, BridgeBit.isBridge(netty.getChannel())));
            }
        }
    }

    private static MqttTopicSubscription withoutNoLocal(MqttTopicSubscription subscription) {
        MqttSubscriptionOption option = subscription.option();
        // For a shared subscription it is a Protocol Error (3.8.3-4), which is Artemis' to judge.
        return !option.isNoLocal() || MQTTUtil.isSharedSubscription(subscription.topicFilter())
                ? subscription
                : new MqttTopicSubscription(
                        subscription.topicFilter(),
                        new MqttSubscriptionOption(
                                option.qos(), false, option.isRetainAsPublished(), option.retainHandling()));
    }

    /** MQTT 3.x has no options to ask for it. */
    private static MqttTopicSubscription asOfBridge(MqttTopicSubscription subscription) {
        boolean noLocal = !MQTTUtil.isSharedSubscription(subscription.topicFilter());
        MqttSubscriptionOption option = subscription.option();
        return new MqttTopicSubscription(
                subscription.topicFilter(),
                new MqttSubscriptionOption(option.qos(), noLocal, true, option.retainHandling()));
    }

    private Queue<List<MqttTopicSubscription>> unanswered(RemotingConnection connection) {
        return unanswered.getOrDefault(connection.getID(), new ConcurrentLinkedQueue<>());
    }

    private WildcardConfiguration wildcards() {
        return server.getConfiguration().getWildcardConfiguration();
    }

    private static final class Handler extends ChannelInboundHandlerAdapter {

        private final Queue<List<MqttTopicSubscription>> asked;
        private final boolean bridge;

        Handler(Queue<List<MqttTopicSubscription>> asked, boolean bridge) {
            this.asked = asked;
            this.bridge = bridge;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object packet) {
            Object passed = packet;
            if (packet instanceof MqttSubscribeMessage subscribe) {
                List<MqttTopicSubscription> subscriptions = subscribe.payload().topicSubscriptions().stream()
                        .map(s -> bridge ? asOfBridge(s) : s)
                        .toList();
                asked.add(subscriptions);
                passed = new MqttSubscribeMessage(
                        subscribe.fixedHeader(),
                        subscribe.idAndPropertiesVariableHeader(),
                        new MqttSubscribePayload(subscriptions.stream()
                                .map(SubscriptionOptions::withoutNoLocal)
                                .toList()));
            }
            context.fireChannelRead(passed);
        }
    }
}
