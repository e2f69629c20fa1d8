package dev.caravan.testkit;

import java.util.List;

/**
 * How a ledger's clients behave.
 *
 * @param port of the broker, which may be away at any time
 * @param mqtt3 MQTT 3.1.1, not 5
 * @param keepAlive in seconds
 * @param window how many messages a publisher leaves unacknowledged
 * @param rate how many messages a publisher sends in a second, 0 for as many as it can
 * @param payload about how many bytes a message has
 * @param topics what a publisher publishes to, in turn
 */
public record LedgerOptions(
        int port, boolean mqtt3, int keepAlive, int window, int rate, int payload, List<String> topics) {

    /**
     * MQTT 5, a keep-alive of 60 s, so that no client hangs up by itself because the machine is busy, a window of 100, no
     * limit of the rate, the topics {@code ledger/0} to 3.
     */
    public static LedgerOptions port(int port) {
        return new LedgerOptions(port, false, 60, 100, 0, 60, List.of("ledger/0", "ledger/1", "ledger/2", "ledger/3"));
    }

    public LedgerOptions withMqtt3() {
        return new LedgerOptions(port, true, keepAlive, window, rate, payload, topics);
    }

    public LedgerOptions withKeepAlive(int seconds) {
        return new LedgerOptions(port, mqtt3, seconds, window, rate, payload, topics);
    }

    public LedgerOptions withWindow(int messages) {
        return new LedgerOptions(port, mqtt3, keepAlive, messages, rate, payload, topics);
    }

    public LedgerOptions withRate(int messagesPerSecond) {
        return new LedgerOptions(port, mqtt3, keepAlive, window, messagesPerSecond, payload, topics);
    }

    public LedgerOptions withPayload(int bytes) {
        return new LedgerOptions(port, mqtt3, keepAlive, window, rate, bytes, topics);
    }

    public LedgerOptions withTopics(String... names) {
        return new LedgerOptions(port, mqtt3, keepAlive, window, rate, payload, List.of(names));
    }
}
