package dev.caravan.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import org.jspecify.annotations.Nullable;

/** Reads a Quality of Service. */
final class Qos {

    private Qos() {}

    /** @throws IllegalArgumentException unless 0, 1 or 2 */
    static MqttQos of(int code) {
        @Nullable MqttQos qos = MqttQos.fromCode(code);
        if (qos == null) {
            throw new IllegalArgumentException("qos must be 0, 1 or 2, was " + code);
        }
        return qos;
    }

    static MqttQos lower(MqttQos a, MqttQos b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
