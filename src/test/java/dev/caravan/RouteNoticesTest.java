package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.route.RouteFileState;
import dev.caravan.route.RouteFileState.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteNoticesTest {

    private final List<RouteFileState> files = new CopyOnWriteArrayList<>();
    private final Map<String, String> retained = new ConcurrentHashMap<>();

    @ParameterizedTest
    @CsvSource({
        "a-b.camel.yaml, a-b",
        "site.a.camel.yaml, site_a",
        "a+b#c d.camel.yaml, a_b_c_d",
        "\u00fcber.camel.yaml, \u00fcber",
        "$x.camel.yaml, _x",
    })
    void makesOneTopicLevelOfAnyFileName(String file, String level) {
        assertThat(RouteNotices.topic(file)).isEqualTo("$SYS/broker/routes/" + level + "/state");
    }

    @Test
    void clearsTheTopicThatTwoFilesShareOnlyWhenBothAreGone() {
        RouteFileState first = running("x.y.camel.yaml");
        RouteFileState second = running("x_y.camel.yaml");
        String topic = RouteNotices.topic("x_y.camel.yaml");
        files.addAll(List.of(first, second));
        try (RouteNotices notices = new RouteNotices(() -> files, retained::put)) {
            notices.start();
            assertThat(retained.get(topic)).contains("x.y.camel.yaml");

            files.remove(first);
            await().untilAsserted(() -> assertThat(retained.get(topic)).contains("x_y.camel.yaml"));

            files.remove(second);
            await().untilAsserted(() -> assertThat(retained.get(topic)).isEmpty());
        }
    }

    @Test
    void triesAgainWhatTheBrokerDidNotTake() {
        files.add(running("x.camel.yaml"));
        List<String> refused = new CopyOnWriteArrayList<>();
        try (RouteNotices notices = new RouteNotices(() -> files, (topic, payload) -> {
            if (refused.size() < 2) {
                refused.add(topic);
                throw new IllegalStateException("not now");
            }
            retained.put(topic, payload);
        })) {
            notices.start();
            await().until(() -> retained.containsKey("$SYS/broker/routes/x/state"));
            assertThat(refused).hasSize(2);
        }
    }

    private static RouteFileState running(String file) {
        return new RouteFileState(file, Instant.EPOCH, Status.RUNNING, List.of(), List.of());
    }
}
