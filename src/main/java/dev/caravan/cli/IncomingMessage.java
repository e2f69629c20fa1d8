package dev.caravan.cli;

import java.util.List;
import java.util.Map;

/**
 * A message that came. The fields after {@code retain} are empty over MQTT 3.1.1.
 *
 * @param userProperties in the order they came; a key may repeat
 * @param acknowledge sends the acknowledgement; to be called once, on any thread; nothing at QoS 0
 */
record IncomingMessage(
        String topic,
        byte[] payload,
        int qos,
        boolean retain,
        String contentType,
        String responseTopic,
        List<Map.Entry<String, String>> userProperties,
        Runnable acknowledge) {}
