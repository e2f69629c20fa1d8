package dev.caravan.testkit;

import dev.caravan.testkit.BrokerScript.Answer;
import dev.caravan.testkit.ScriptedBroker.Connect;
import dev.caravan.testkit.ScriptedBroker.Message;
import dev.caravan.topic.TopicFilter;
import dev.caravan.topic.TopicName;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckPayload;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One client of a {@link ScriptedBroker}. On the broker's thread, but for {@link #filters}. */
final class ScriptedConnection extends SimpleChannelInboundHandler<MqttMessage> {

    private static final int MQTT_5 = 5;
    private static final int FAILURE = 0x80;
    private static final byte[] GARBAGE = {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0, 1};
    private static final String SHARE = "$share/";

    private final ScriptedBroker broker;
    private final BrokerScript script;
    private final Map<String, Integer> subscriptions = new ConcurrentHashMap<>();
    private final List<Runnable> held = new ArrayList<>();
    private @Nullable ChannelHandlerContext context;
    private int version;
    private int unacknowledged;
    private int lastPacketId;

    ScriptedConnection(ScriptedBroker broker) {
        this.broker = broker;
        this.script = broker.script();
    }

    Set<String> filters() {
        return subscriptions.keySet();
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        broker.connections.add(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        broker.connections.remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
        failed.close();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext from, MqttMessage message) {
        if (!from.channel().isActive()) {
            // Came in one read with what it was closed for: a broker that hung up takes nothing more.
            return;
        }
        if (message.decoderResult().isFailure()) {
            from.close();
            return;
        }
        switch (message.fixedHeader().messageType()) {
            case CONNECT -> connect((MqttConnectMessage) message);
            case PUBLISH -> published((MqttPublishMessage) message);
            case PUBREL -> {
                unacknowledged--;
                reply(MqttMessageType.PUBCOMP, id(message), 0);
            }
            case PUBREC -> reply(MqttMessageType.PUBREL, id(message), 0);
            case PUBACK, PUBCOMP -> broker.acknowledgedByClients.incrementAndGet();
            case SUBSCRIBE -> subscribe((MqttSubscribeMessage) message);
            case UNSUBSCRIBE -> unsubscribe((MqttUnsubscribeMessage) message);
            case PINGREQ -> {
                if (script.answersPings()) {
                    send(new MqttMessage(Packets.header(MqttMessageType.PINGRESP)));
                }
            }
            default -> from.close();
        }
    }

    void send(Object message) {
        if (script.isMute()) {
            return;
        }
        Objects.requireNonNull(context).writeAndFlush(message);
    }

    void publish(String topic, byte[] payload, int qos, boolean retain, MqttProperties properties) {
        int granted = subscriptions.entrySet().stream()
                .filter(subscription -> matches(subscription.getKey(), topic))
                .mapToInt(Map.Entry::getValue)
                .max()
                .orElse(-1);
        if (granted < 0) {
            return;
        }
        int least = Math.min(qos, granted);
        lastPacketId = least == 0 ? lastPacketId : lastPacketId % 65_535 + 1;
        send(new MqttPublishMessage(
                new MqttFixedHeader(MqttMessageType.PUBLISH, false, MqttQoS.valueOf(least), retain, 0),
                new MqttPublishVariableHeader(topic, lastPacketId, properties),
                Unpooled.copiedBuffer(payload)));
    }

    void acknowledgeHeld(boolean backwards) {
        List<Runnable> now = new ArrayList<>(held);
        held.clear();
        if (backwards) {
            Collections.reverse(now);
        }
        now.forEach(Runnable::run);
    }

    void disconnect(int reasonCode) {
        if (version == MQTT_5) {
            send(new MqttMessage(
                    Packets.header(MqttMessageType.DISCONNECT),
                    new MqttReasonCodeAndPropertiesVariableHeader((byte) reasonCode, MqttProperties.NO_PROPERTIES)));
        }
        close();
    }

    private void close() {
        Objects.requireNonNull(context).writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    private void connect(MqttConnectMessage message) {
        Connect connect = Packets.connect(message);
        version = connect.version();
        broker.connects.add(connect);
        if (script.isGarbage()) {
            send(Unpooled.copiedBuffer(GARBAGE));
            return;
        }
        int code = script.connAck();
        send(new MqttConnAckMessage(
                Packets.header(MqttMessageType.CONNACK),
                new MqttConnAckVariableHeader(
                        MqttConnectReturnCode.valueOf((byte) code),
                        code == 0 && script.isSessionPresent(),
                        script.connAckProperties())));
        if (code != 0) {
            close();
        }
    }

    private void published(MqttPublishMessage packet) {
        Message message = Packets.message(packet);
        broker.received.add(message);
        if (message.qos() > 0) {
            broker.maxUnacknowledged.accumulateAndGet(++unacknowledged, Math::max);
        }
        Answer answer = script.answer(message);
        int packetId = packet.variableHeader().packetId();
        if (answer.takes()) {
            broker.taken.add(message);
        }
        switch (answer.kind()) {
            case NEVER -> {}
            case CLOSE -> Objects.requireNonNull(context).close();
            case GARBAGE -> send(Unpooled.copiedBuffer(GARBAGE));
            case HOLD ->
                held.add(() -> {
                    broker.taken.add(message);
                    acknowledge(message.qos(), packetId, 0);
                });
            case ACKNOWLEDGE -> {
                if (answer.delay().isZero()) {
                    acknowledge(message.qos(), packetId, answer.reasonCode());
                } else {
                    var unused = Objects.requireNonNull(context)
                            .executor()
                            .schedule(
                                    () -> acknowledge(message.qos(), packetId, answer.reasonCode()),
                                    answer.delay().toNanos(),
                                    TimeUnit.NANOSECONDS);
                }
            }
        }
    }

    private void acknowledge(int qos, int packetId, int reasonCode) {
        if (qos == 1) {
            unacknowledged--;
            reply(MqttMessageType.PUBACK, packetId, reasonCode);
        } else if (qos == 2) {
            if (reasonCode >= FAILURE) {
                unacknowledged--;
            }
            reply(MqttMessageType.PUBREC, packetId, reasonCode);
        }
    }

    private void reply(MqttMessageType type, int packetId, int reasonCode) {
        send(new MqttMessage(
                Packets.header(type),
                new MqttPubReplyMessageVariableHeader(packetId, (byte) reasonCode, MqttProperties.NO_PROPERTIES)));
    }

    private void subscribe(MqttSubscribeMessage message) {
        List<Integer> codes = new ArrayList<>();
        for (MqttTopicSubscription wanted : message.payload().topicSubscriptions()) {
            int code = script.subAck(
                    wanted.topicFilter(), wanted.qualityOfService().value());
            codes.add(code);
            if (code < FAILURE) {
                subscriptions.put(wanted.topicFilter(), code);
            }
        }
        send(new MqttSubAckMessage(
                Packets.header(MqttMessageType.SUBACK),
                new MqttMessageIdAndPropertiesVariableHeader(id(message), MqttProperties.NO_PROPERTIES),
                new MqttSubAckPayload(codes)));
    }

    private void unsubscribe(MqttUnsubscribeMessage message) {
        List<Short> codes = new ArrayList<>();
        for (String filter : message.payload().topics()) {
            codes.add((short) (subscriptions.remove(filter) == null ? 0x11 : 0));
        }
        send(new MqttUnsubAckMessage(
                Packets.header(MqttMessageType.UNSUBACK),
                new MqttMessageIdAndPropertiesVariableHeader(id(message), MqttProperties.NO_PROPERTIES),
                new MqttUnsubAckPayload(codes)));
    }

    private static boolean matches(String filter, String topic) {
        String plain = filter.startsWith(SHARE) ? filter.substring(filter.indexOf('/', SHARE.length()) + 1) : filter;
        return new TopicFilter(plain).matches(new TopicName(topic));
    }

    private static int id(MqttMessage message) {
        return ((MqttMessageIdVariableHeader) message.variableHeader()).messageId();
    }
}
