package dev.caravan.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.testkit.MqttProbe;
import dev.caravan.testkit.MqttProbe.Received;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** 1,200 retained topics each way, over lines with wildcards, into a bridge that comes later than they. */
class RetainedIT extends TwoSites {

    private static final int TOPICS = 1_200;
    private static final String OUT = "site/";
    private static final String IN = "cmd/";
    private static final byte[] CLEAR = {};

    @Test
    void carriesEachRetainedMessageOnceAndItsClearing() throws Exception {
        long start = System.nanoTime();
        retain(local, OUT);
        retain(remote, IN);
        try (MqttProbe atRemote = MqttProbe.connect(remote.port()).subscribe(OUT + "#");
                MqttProbe atLocal = MqttProbe.connect(local.port()).subscribe(IN + "#")) {
            local.bridge("up", link.port(), "site/+/state/# out 1\\ncmd/# in 1", "restart-timeout", "2s");
            awaitCount(atRemote, TOPICS);
            awaitCount(atLocal, TOPICS);
            assertThat(retained(remote, OUT, TOPICS))
                    .as("retained at the remote")
                    .doesNotHaveDuplicates();
            assertThat(retained(local, IN, TOPICS)).as("retained here").doesNotHaveDuplicates();
            awaitConnected();
            marker(atRemote, atLocal, "first");
            assertThat(topics(atRemote)).as("out, arrivals").hasSize(TOPICS).doesNotHaveDuplicates();
            assertThat(topics(atLocal)).as("in, arrivals").hasSize(TOPICS).doesNotHaveDuplicates();

            link.refuse().cut();
            await().atMost(Trial.LIMIT).until(() -> !local.isConnected("up"));
            publish(local, topic(OUT, 7), CLEAR);
            publish(remote, topic(IN, 8), CLEAR);
            link.accept();
            awaitConnected();
            marker(atRemote, atLocal, "second");
            assertThat(retained(remote, OUT, TOPICS - 1))
                    .as("retained at the remote after a clear")
                    .doesNotContain(topic(OUT, 7));
            assertThat(retained(local, IN, TOPICS - 1))
                    .as("retained here after a clear")
                    .doesNotContain(topic(IN, 8));
            assertThat(topics(atRemote)).as("out, arrivals and a clear").hasSize(TOPICS + 1);
        }
        try (MqttProbe atRemote = MqttProbe.connect(remote.port()).subscribe(OUT + "#")) {
            awaitCount(atRemote, TOPICS - 1);
            local.restart();
            awaitConnected();
            try (MqttProbe atLocal = MqttProbe.connect(local.port()).subscribe(IN + "#")) {
                marker(atRemote, atLocal, "third");
                long liveIn = atLocal.received().stream()
                        .filter(m -> !m.retained() && m.topic().contains("/state/"))
                        .count();
                long liveOut = atRemote.received().stream()
                        .filter(m -> !m.retained() && m.topic().contains("/state/"))
                        .count();
                Trial.print(
                        "1,200 retained each way", "again after a restart: out " + liveOut + ", in " + liveIn, start);
                assertThat(liveOut).as("sent out again after a restart").isZero();
                assertThat(local.bridge("up").path("acknowledged_out").asLong())
                        .as("sent after a restart: %s", local.bridge("up"))
                        .isLessThan(10);
                assertThat(local.bridge("up").path("acknowledged_in").asLong())
                        .as("fetched again after a restart: %s", local.bridge("up"))
                        .isLessThan(10);
            }
        }
    }

    private void awaitConnected() {
        await().atMost(Trial.LIMIT).ignoreExceptions().until(() -> local.isConnected("up"));
    }

    /** Messages that are behind all others on both ways. */
    private void marker(MqttProbe atRemote, MqttProbe atLocal, String text) throws Exception {
        await().atMost(Trial.LIMIT)
                .until(() -> local.bridge("up").path("buffered").asLong() == 0);
        publish(local, OUT + "x/state", text.getBytes(StandardCharsets.UTF_8), false);
        publish(remote, IN + "x", text.getBytes(StandardCharsets.UTF_8), false);
        atRemote.awaitMessage(OUT + "x/state", text);
        atLocal.awaitMessage(IN + "x", text);
    }

    private static List<String> topics(MqttProbe probe) {
        return probe.received().stream()
                .map(Received::topic)
                .filter(topic -> topic.contains("/state/"))
                .toList();
    }

    private static void awaitCount(MqttProbe probe, int count) {
        await().atMost(Trial.LIMIT).until(() -> topics(probe).size() >= count);
    }

    /**
     * What a new subscription is given, asked anew until it is {@code expected} topics: a message reaches its
     * subscribers a moment before it stands as the retained one, and a burst can pause on a busy machine.
     */
    private static List<String> retained(Site site, String prefix, int expected) {
        return await().atMost(Trial.LIMIT).until(() -> retainedNow(site, prefix), topics -> topics.size() == expected);
    }

    private static List<String> retainedNow(Site site, String prefix) throws Exception {
        try (MqttProbe probe = MqttProbe.connect(site.port()).subscribe(prefix + "#")) {
            // A second without another message ends the burst: one more than expected would be seen too.
            int[] before = {-1};
            await().atMost(Trial.LIMIT).pollInterval(Duration.ofSeconds(1)).until(() -> {
                int now = probe.received().size();
                boolean quiet = now == before[0];
                before[0] = now;
                return quiet;
            });
            return probe.received().stream()
                    .filter(Received::retained)
                    .map(Received::topic)
                    .toList();
        }
    }

    private static void retain(Site site, String prefix) throws Exception {
        try (MqttProbe probe = MqttProbe.connect(site.port())) {
            for (int i = 0; i < TOPICS; i++) {
                probe.publish(topic(prefix, i), Integer.toString(i).getBytes(StandardCharsets.UTF_8), true);
            }
        }
    }

    private static String topic(String prefix, int number) {
        return prefix + "d" + number + "/state/value";
    }

    private static void publish(Site site, String topic, byte[] payload) {
        publish(site, topic, payload, true);
    }

    private static void publish(Site site, String topic, byte[] payload, boolean retain) {
        try (MqttProbe probe = MqttProbe.connect(site.port())) {
            probe.publish(topic, payload, retain);
        }
    }
}
