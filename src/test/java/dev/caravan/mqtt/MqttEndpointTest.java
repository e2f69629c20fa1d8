package dev.caravan.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MqttEndpointTest {

    private final Routes routes = new Routes();

    @BeforeEach
    void start() {
        routes.start();
    }

    @AfterEach
    void stop() {
        routes.close();
    }

    private MqttEndpoint endpoint(String uri) {
        return routes.context.getEndpoint(uri, MqttEndpoint.class);
    }

    @Test
    void readsTheStockOptions() {
        MqttEndpoint endpoint = endpoint("paho-mqtt5:a/+/b?brokerUrl=ssl://h:1&clientId=c&qos=1&cleanStart=false"
                + "&sessionExpiryInterval=60&retained=true&userName=u&password=RAW(p&w)&keepAliveInterval=5"
                + "&willTopic=w&willPayload=gone&willQos=2&willRetained=true&receiveMaximum=7&connectionTimeout=3"
                + "&maxReconnectDelay=9&manualAcksEnabled=true&mqttVersion=3.1.1&publishTimeout=5s");

        PahoMqtt5Configuration configuration = endpoint.getConfiguration();
        assertThat(endpoint.getTopic()).isEqualTo("a/+/b");
        assertThat(configuration.getPassword()).isEqualTo("p&w");
        assertThat(configuration.getKeepAliveInterval()).isEqualTo(5);
        assertThat(configuration.getWillQos()).isEqualTo(2);
        assertThat(configuration.getReceiveMaximum()).isEqualTo(7);
        assertThat(endpoint.consumerOptions().sessionExpiry()).isEqualTo(60);
        assertThat(endpoint.consumerOptions().cleanStart()).isFalse();
    }

    @Test
    void hasDefaultsThatReconnectAndHoldBack() {
        MqttEndpoint endpoint = endpoint("paho-mqtt5:a");

        PahoMqtt5Configuration configuration = endpoint.getConfiguration();
        assertThat(configuration.getQos()).isEqualTo(2);
        assertThat(configuration.getReceiveMaximum()).isEqualTo(100);
        assertThat(configuration.getMaxReconnectDelay()).isEqualTo(60_000);
        assertThat(endpoint.consumerOptions().sessionExpiry()).isZero();
        assertThat(endpoint.consumerOptions().clientId()).startsWith("caravan-");
    }

    @ParameterizedTest
    @CsvSource({"-1,86400", "0,0", "4294967295,2147483"})
    void boundsTheSession(long given, long expected) {
        MqttEndpoint endpoint = endpoint("paho-mqtt5:a?cleanStart=false&clientId=c&sessionExpiryInterval=" + given);

        assertThat(endpoint.consumerOptions().sessionExpiry()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense=1",
                "persistence=FILE",
                "automaticReconnect=false",
                "httpsHostnameVerificationEnabled=false",
                "executorServiceTimeout=7",
                "filePersistenceDirectory=/tmp",
                "qos=3",
                "mqttVersion=4",
                "receiveMaximum=0",
                "willPayload=x",
                "password=x"
            })
    void refusesOptionsByName(String option) {
        assertThatThrownBy(() -> endpoint("paho-mqtt5:a?" + option))
                .hasStackTraceContaining(option.substring(0, option.indexOf('=')));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/#/b", "a+", "$share/g", "$share//a", "$share/+/a", "$share/g/a#"})
    void refusesTopicFiltersThatAreNone(String filter) {
        assertThatThrownBy(() -> endpoint("paho-mqtt5:" + filter).createConsumer(exchange -> {}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesADurableSessionWithoutAName() {
        assertThatThrownBy(() -> endpoint("paho-mqtt5:a?cleanStart=false").consumerOptions())
                .hasMessageContaining("clientId");
    }
}
