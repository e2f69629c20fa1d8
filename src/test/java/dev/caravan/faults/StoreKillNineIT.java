package dev.caravan.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import dev.caravan.testkit.CaravanProcess;
import dev.caravan.testkit.Http;
import dev.caravan.testkit.MqttProbe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar with its own routes, killed at random points under load: what its broker acknowledged is stored once. */
class StoreKillNineIT {

    private static final int ROUNDS = 4;
    private static final int WINDOW = 500;
    private static final int LEAST_PER_ROUND = 500;
    private static final int MOST_PER_ROUND = 5_000;
    private static final long SEED = Long.getLong("caravan.seed", System.nanoTime());

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private int next;

    @Test
    void storesEachAcknowledgedMessageOnce() throws Exception {
        System.out.println("faults: kill -9 of the message store: seed " + SEED);
        for (int round = 0; round < ROUNDS; round++) {
            CaravanProcess process = CaravanProcess.start(folder);
            publish(process, LEAST_PER_ROUND + random.nextInt(MOST_PER_ROUND - LEAST_PER_ROUND));
        }
        try (CaravanProcess process = CaravanProcess.start(folder);
                MqttProbe last = MqttProbe.connect(process.port("mqtt"))) {
            last.publish("last", "x");
            await().atMost(Trial.LIMIT).until(() -> new Http(process.port("http"))
                    .get("/subscribe?topic=last")
                    .body()
                    .contains("\"count\":1"));
        }

        Map<String, Integer> stored = stored();
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(ROUNDS * LEAST_PER_ROUND);
        assertThat(stored.keySet()).containsAll(acknowledged);
        assertThat(stored.values()).as("how often each is stored").containsOnly(1);
    }

    /** Publishes until so many more are acknowledged, and kills it while others are on their way. */
    private void publish(CaravanProcess process, int count) throws Exception {
        int goal = acknowledged.size() + count;
        Mqtt5AsyncClient client = MqttClient.builder()
                .useMqttVersion5()
                .serverHost("127.0.0.1")
                .serverPort(process.port("mqtt"))
                .buildAsync();
        client.connect().get(60, TimeUnit.SECONDS);
        Semaphore window = new Semaphore(WINDOW);
        while (acknowledged.size() < goal
                && client.getState().isConnected()
                && window.tryAcquire(Trial.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            String id = "id-" + next++;
            client.publishWith()
                    .topic("ledger/" + next % 10)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(id.getBytes(StandardCharsets.UTF_8))
                    .send()
                    .whenComplete((result, failure) -> {
                        if (failure == null) {
                            acknowledged.add(id);
                        }
                        window.release();
                    });
        }
        process.kill();
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(goal);
    }

    private Map<String, Integer> stored() throws Exception {
        Map<String, Integer> stored = new HashMap<>();
        try (Connection connection =
                        DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("data/store/messages.db"));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select payload, count(*) from history where topic like 'ledger/%'" + " group by payload")) {
            while (rows.next()) {
                stored.put(rows.getString(1), rows.getInt(2));
            }
        }
        return stored;
    }
}
