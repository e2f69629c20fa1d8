package dev.caravan.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReservedTopicsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a::b",
                "::",
                "$sys.mqtt.retain.a",
                "$SYS/MQTT/sessions",
                "$caravan/management",
                "activemq/management",
                "ActiveMQ.notifications",
                "$share/group/activemq/#"
            })
    void reservesWhatLeadsToArtemisOwnAddresses(String topic) {
        assertThat(ReservedTopics.isReserved(topic)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:b", "a/:/b", "sensors/activemq/x", "activemq", "#", "$SYS/#", "$share/activemq./a"})
    void leavesOthersAlone(String topic) {
        assertThat(ReservedTopics.isReserved(topic)).isFalse();
    }
}
