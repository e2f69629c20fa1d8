package dev.caravan.broker;

import dev.caravan.topic.TopicName;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscribePayload;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption.RetainedHandlingPolicy;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribePayload;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.activemq.artemis.core.config.WildcardConfiguration;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTProtocolHandler;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTSessionState;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTStateManager;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTUtil;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyServerConnection;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerConnectionPlugin;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.jspecify.annotations.Nullable;

/**
 * Gives Artemis 2.55.0 other names than those of the packets where it would mix them up; clients see their own.
 *
 * <ul>
 *   <li>A backslash is its own escape in addresses, and comes back doubled.
 *   <li>The queue of a subscription is named by Client Identifier, dot and address: those of {@code a} for {@code b/c} and
 *       of {@code a.b} for {@code c} would be one, {@code $caravan} could subscribe to queues of the broker's own, and
 *       {@code x::a} to those of {@code a}. So Client Identifiers have neither dot nor dollar nor colon.
 *   <li>Session states are found by a filter that holds the Client Identifier in quotes: {@code x' OR 'a'='a} would delete
 *       everybody's. So Client Identifiers have no quote either.
 *   <li>The same holds for the group of a shared subscription, which would also share its queue with a client of the same
 *       name. Groups begin with a dot.
 *   <li>A shared subscription would be sent Retained Messages, each member anew (not so: MQTT 5.0, 4.8.2).
 * </ul>
 *
 * <p>Sessions and groups that the journal holds from before these rules keep their names until they end and the broker
 * has started anew.
 *
 * <p>A handler in front of the broker's own, and so in front of all interceptors. Called by Netty's threads, safe for many.
 */
final class SafeNames implements ActiveMQServerConnectionPlugin {

    private static final String NAME = "caravan-safe-names";
    private static final String GROUP = ".";

    private static final NameCode TOPICS = new NameCode("\\");
    private static final NameCode CLIENTS = new NameCode(".$:'");

    private final ActiveMQServer server;

    private @Nullable Old old;

    SafeNames(ActiveMQServer server) {
        this.server = server;
    }

    /** The Topic Name that a client knows an address by. */
    static String topic(String address, WildcardConfiguration wildcards) {
        return TOPICS.read(MQTTUtil.getMqttTopicFromCoreAddress(address, wildcards));
    }

    /** The same where it is one: a name from before may be longer than MQTT allows. */
    static Optional<TopicName> topicName(String address, WildcardConfiguration wildcards) {
        try {
            return Optional.of(new TopicName(topic(address, wildcards)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The Topic Filter of a client, from the one that its SUBSCRIBE has behind the handler. */
    static String topicFilter(String filter) {
        return TOPICS.read(filter);
    }

    /** The topic of packets behind the handler, for a Topic Name. */
    static String written(String topicName) {
        return TOPICS.write(topicName);
    }

    /** The Client Identifier that a client knows itself by. */
    static String clientId(String name) {
        // One from before has not been written by the code.
        return CLIENTS.isUsedIn(name) ? name : CLIENTS.read(name);
    }

    @Override
    public void afterCreateConnection(RemotingConnection connection) {
        if (connection.getTransportConnection() instanceof NettyServerConnection netty) {
            ChannelPipeline pipeline = netty.getChannel().pipeline();
            ChannelHandlerContext mqtt = pipeline.context(MQTTProtocolHandler.class);
            if (mqtt != null) {
                pipeline.addBefore(mqtt.name(), NAME, new Handler());
            }
        }
    }

    /** Clients connect when sessions and queues are loaded. */
    private synchronized Old old() throws Exception {
        Old known = old;
        if (known == null) {
            known = Old.find(server);
            old = known;
        }
        return known;
    }

    private String clientName(String clientId) throws Exception {
        return old().clientIds.contains(clientId) ? clientId : CLIENTS.write(clientId);
    }

    private String filter(String filter) throws Exception {
        int slash = filter.indexOf('/', MQTTUtil.SHARED_SUBSCRIPTION_PREFIX.length());
        if (!MQTTUtil.isSharedSubscription(filter) || slash < 0) {
            return TOPICS.write(filter);
        }
        String group = filter.substring(MQTTUtil.SHARED_SUBSCRIPTION_PREFIX.length(), slash);
        String rest = TOPICS.write(filter.substring(slash + 1));
        String queue = MQTTUtil.getCoreQueueFromMqttTopic(
                rest, group, server.getConfiguration().getWildcardConfiguration());
        // An empty group is the broker's to refuse.
        boolean asItIs = group.isEmpty() || old().sharedQueues.contains(queue);
        return MQTTUtil.SHARED_SUBSCRIPTION_PREFIX + (asItIs ? group : GROUP + CLIENTS.write(group)) + "/" + rest;
    }

    /** What was there at the start under names of before. */
    private record Old(Set<String> clientIds, Set<String> sharedQueues) {

        static Old find(ActiveMQServer server) throws Exception {
            WildcardConfiguration wildcards = server.getConfiguration().getWildcardConfiguration();
            Map<String, MQTTSessionState> sessions =
                    MQTTStateManager.getInstance(server).getSessionStates();
            Set<String> clientIds = new HashSet<>();
            for (String id : sessions.keySet()) {
                if (CLIENTS.isUsedIn(id)
                        && !id.startsWith("$")
                        && !id.startsWith(GROUP)
                        && !id.contains("::")
                        && id.indexOf('\'') < 0) {
                    clientIds.add(id);
                }
            }
            Set<String> sharedQueues = new HashSet<>();
            for (Queue queue : BrokerQueues.withPrefix(server, "")) {
                String name = queue.getName().toString();
                String address = queue.getAddress().toString();
                if (name.endsWith("." + address) && !name.startsWith("$") && !name.startsWith(GROUP)) {
                    MQTTSessionState session = sessions.get(name.substring(0, name.length() - address.length() - 1));
                    if (session == null
                            || session.getSubscription(MQTTUtil.getMqttTopicFromCoreAddress(address, wildcards))
                                    == null) {
                        sharedQueues.add(name);
                    }
                }
            }
            return new Old(clientIds, sharedQueues);
        }
    }

    private final class Handler extends ChannelDuplexHandler {

        @Override
        public void channelRead(ChannelHandlerContext context, Object packet) throws Exception {
            Object renamed = packet;
            if (packet instanceof MqttPublishMessage publish) {
                renamed = renamed(publish, TOPICS.write(publish.variableHeader().topicName()));
            } else if (packet instanceof MqttConnectMessage connect) {
                renamed = renamed(connect);
            } else if (packet instanceof MqttSubscribeMessage subscribe) {
                renamed = renamed(subscribe);
            } else if (packet instanceof MqttUnsubscribeMessage unsubscribe) {
                renamed = renamed(unsubscribe);
            }
            context.fireChannelRead(renamed);
        }

        @Override
        public void write(ChannelHandlerContext context, Object packet, ChannelPromise promise) {
            context.write(
                    packet instanceof MqttPublishMessage publish
                            ? renamed(
                                    publish,
                                    TOPICS.read(publish.variableHeader().topicName()))
                            : packet,
                    promise);
        }

        private MqttPublishMessage renamed(MqttPublishMessage publish, String topic) {
            MqttPublishVariableHeader header = publish.variableHeader();
            // Takes over the one reference to the payload.
            return topic.equals(header.topicName())
                    ? publish
                    : new MqttPublishMessage(
                            publish.fixedHeader(),
                            new MqttPublishVariableHeader(topic, header.packetId(), header.properties()),
                            publish.payload());
        }

        private MqttConnectMessage renamed(MqttConnectMessage connect) throws Exception {
            MqttConnectPayload payload = connect.payload();
            String will = payload.willTopic();
            return new MqttConnectMessage(
                    connect.fixedHeader(),
                    connect.variableHeader(),
                    new MqttConnectPayload(
                            clientName(payload.clientIdentifier()),
                            payload.willProperties(),
                            will == null ? null : TOPICS.write(will),
                            payload.willMessageInBytes(),
                            payload.userName(),
                            payload.passwordInBytes()));
        }

        private MqttSubscribeMessage renamed(MqttSubscribeMessage subscribe) throws Exception {
            List<MqttTopicSubscription> subscriptions = new ArrayList<>();
            for (MqttTopicSubscription subscription : subscribe.payload().topicSubscriptions()) {
                subscriptions.add(new MqttTopicSubscription(filter(subscription.topicFilter()), option(subscription)));
            }
            return new MqttSubscribeMessage(
                    subscribe.fixedHeader(),
                    subscribe.idAndPropertiesVariableHeader(),
                    new MqttSubscribePayload(subscriptions));
        }

        private static MqttSubscriptionOption option(MqttTopicSubscription subscription) {
            MqttSubscriptionOption wanted = subscription.option();
            return MQTTUtil.isSharedSubscription(subscription.topicFilter())
                    ? new MqttSubscriptionOption(
                            wanted.qos(),
                            wanted.isNoLocal(),
                            wanted.isRetainAsPublished(),
                            RetainedHandlingPolicy.DONT_SEND_AT_SUBSCRIBE)
                    : wanted;
        }

        private MqttUnsubscribeMessage renamed(MqttUnsubscribeMessage unsubscribe) throws Exception {
            List<String> filters = new ArrayList<>();
            for (String filter : unsubscribe.payload().topics()) {
                filters.add(filter(filter));
            }
            return new MqttUnsubscribeMessage(
                    unsubscribe.fixedHeader(),
                    unsubscribe.idAndPropertiesVariableHeader(),
                    new MqttUnsubscribePayload(filters));
        }
    }
}
