package dev.caravan.testkit;

import dev.caravan.testkit.ScriptedBroker.Connect;
import dev.caravan.testkit.ScriptedBroker.Message;
import dev.caravan.testkit.ScriptedBroker.Will;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperty;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What Netty's MQTT packets say, in the words of a {@link ScriptedBroker}. */
final class Packets {

    private Packets() {}

    static Connect connect(MqttConnectMessage packet) {
        var header = packet.variableHeader();
        var payload = packet.payload();
        byte[] password = payload.passwordInBytes();
        byte[] will = payload.willMessageInBytes();
        return new Connect(
                payload.clientIdentifier(),
                header.version(),
                header.isCleanSession(),
                header.keepAliveTimeSeconds(),
                payload.userName(),
                password == null ? null : new String(password, StandardCharsets.UTF_8),
                header.isWillFlag()
                        ? new Will(
                                payload.willTopic(),
                                will == null ? "" : new String(will, StandardCharsets.UTF_8),
                                header.willQos(),
                                header.isWillRetain())
                        : null,
                header.properties(),
                Instant.now());
    }

    static Message message(MqttPublishMessage packet) {
        MqttProperties properties = packet.variableHeader().properties();
        List<Map.Entry<String, String>> user = new ArrayList<>();
        for (var property : properties.getProperties(MqttProperties.MqttPropertyType.USER_PROPERTY.value())) {
            var pair = ((UserProperty) property).value();
            user.add(Map.entry(pair.key, pair.value));
        }
        ByteBuf payload = packet.payload();
        return new Message(
                packet.variableHeader().topicName(),
                payload.toString(StandardCharsets.UTF_8),
                packet.fixedHeader().qosLevel().value(),
                packet.fixedHeader().isRetain(),
                packet.fixedHeader().isDup(),
                List.copyOf(user),
                properties);
    }

    static MqttFixedHeader header(MqttMessageType type) {
        boolean reserved = type == MqttMessageType.PUBREL;
        return new MqttFixedHeader(type, false, reserved ? MqttQoS.AT_LEAST_ONCE : MqttQoS.AT_MOST_ONCE, false, 0);
    }
}
