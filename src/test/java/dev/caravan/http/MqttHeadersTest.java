package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** HTTP does not depend on the MQTT component, so nothing but this holds their headers together. */
@NullMarked
class MqttHeadersTest {

    @Test
    void everyHeaderIsOneOfTheMqttComponent() throws Exception {
        List<String> ours = constants(MqttHeaders.class);
        ours.removeAll(List.of(MqttHeaders.PUBLISHER, MqttHeaders.ID));

        assertThat(ours).hasSizeGreaterThan(5).isSubsetOf(constants(dev.caravan.mqtt.MqttHeaders.class));
    }

    private static List<String> constants(Class<?> type) throws IllegalAccessException {
        List<String> values = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            if (field.getType() == String.class) {
                values.add((String) field.get(null));
            }
        }
        return values;
    }
}
