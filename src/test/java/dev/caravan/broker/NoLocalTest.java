package dev.caravan.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.activemq.artemis.core.filter.impl.FilterImpl;
import org.apache.activemq.artemis.core.message.impl.CoreMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoLocalTest {

    @ParameterizedTest
    @ValueSource(strings = {"plain", "o'clock", "''", "' OR TRUE OR '", "a\\", "%"})
    void refusesOneClientsMessagesOnly(String clientId) throws Exception {
        String filter = NoLocal.filter("NOT (a = 'b')", clientId, true);

        assertThat(FilterImpl.createFilter(filter).match(from(clientId))).isFalse();
        assertThat(FilterImpl.createFilter(filter).match(from(clientId + "'"))).isTrue();
        assertThat(FilterImpl.createFilter(filter).match(from("other"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "NOT (a = 'b')"})
    void comesAndGoesWithoutATrace(String filter) {
        String with = NoLocal.filter(filter, "id", true);

        assertThat(NoLocal.filter(with, "id", true)).isEqualTo(with);
        assertThat(NoLocal.filter(with, "id", false)).isEqualTo(filter);
        assertThat(NoLocal.filter(filter, "id", false)).isEqualTo(filter);
    }

    @Test
    void needsNoOtherFilter() throws Exception {
        assertThat(FilterImpl.createFilter(NoLocal.filter("", "id", true)).match(from("id")))
                .isFalse();
    }

    private static CoreMessage from(String clientId) {
        CoreMessage message = new CoreMessage(1, 50);
        message.putStringProperty("__AMQ_CID", clientId);
        message.putStringProperty("a", "c");
        return message;
    }
}
