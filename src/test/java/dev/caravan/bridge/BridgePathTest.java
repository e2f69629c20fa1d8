package dev.caravan.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BridgePathTest {

    private static final List<Map.Entry<String, String>> OWN =
            List.of(Map.entry("b", "1"), Map.entry("a", "2"), Map.entry("b", "1"));

    @Test
    void beginsAtTheFirstBridgeAndKeepsTheOtherProperties() {
        assertThat(pairs(BridgePath.of(OWN).after("n1", "n1-7", OWN)))
                .containsExactly("b=1", "a=2", "b=1", "bridge-id=n1-7", "bridge-path=n1");
    }

    @Test
    void growsAndKeepsItsId() {
        var behindOne = List.of(Map.entry("bridge-id", "n1-7"), Map.entry("x", "y"), Map.entry("bridge-path", "n1"));

        BridgePath path = BridgePath.of(behindOne);

        assertThat(path.hops()).isEqualTo(1);
        assertThat(path.contains("n1")).isTrue();
        assertThat(path.contains("n")).isFalse();
        assertThat(pairs(path.after("n2", "n2-1", behindOne)))
                .containsExactly("x=y", "bridge-id=n1-7", "bridge-path=n1,n2");
    }

    @Test
    void knowsNobodyWhereThereIsNone() {
        BridgePath path = BridgePath.of(List.of());

        assertThat(path.hops()).isZero();
        assertThat(path.contains("")).isFalse();
    }

    /** Anybody may write the property. */
    @ParameterizedTest
    @ValueSource(strings = {"", ",", ",,,", " ", "a,,b"})
    void bearsWhatSomebodyElseWrote(String value) {
        var properties = List.of(Map.entry("bridge-path", value));

        BridgePath path = BridgePath.of(properties);

        assertThat(pairs(path.after("n", "n-1", properties)).get(1))
                .startsWith("bridge-path=")
                .endsWith("n");
        assertThat(path.contains("n")).isFalse();
        assertThat(path.contains("")).isFalse();
    }

    @Test
    void readsAPathInSeveralProperties() {
        BridgePath path = BridgePath.of(List.of(Map.entry("bridge-path", "a,b"), Map.entry("bridge-path", "c")));

        assertThat(path.nodes()).containsExactly("a", "b", "c");
    }

    private static List<String> pairs(Mqtt5UserProperties properties) {
        return properties.asList().stream()
                .map(p -> p.getName() + "=" + p.getValue())
                .toList();
    }
}
