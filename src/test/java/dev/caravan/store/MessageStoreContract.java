package dev.caravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.caravan.json.JsonPath;
import dev.caravan.topic.TopicFilter;
import dev.caravan.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a store promises, whatever its database. */
abstract class MessageStoreContract {

    private static final long ALL = Long.MIN_VALUE;
    private static final TopicFilter EVERYTHING = new TopicFilter("#");

    static final StoreLimits LOTS = new StoreLimits(0, 1_000_000, 1L << 30, Duration.ofDays(30));

    private volatile Instant now = Instant.parse("2026-01-31T12:00:00.123456Z");
    MessageStore store;

    /** The same database each time. */
    abstract StoreSettings settings(StoreLimits limits) throws Exception;

    @BeforeEach
    void open() throws Exception {
        store = opened(LOTS);
    }

    private MessageStore opened(StoreLimits limits) throws Exception {
        return MessageStore.open(settings(limits), new StoreBounds(100, 1_000, 10_000_000), () -> now);
    }

    @AfterEach
    void close() throws Exception {
        store.close();
        dropDatabase();
    }

    void dropDatabase() throws Exception {}

    private void reopen() throws Exception {
        store.close();
        open();
    }

    @Test
    void keepsEveryFieldOverARestart() throws Exception {
        List<Map.Entry<String, String>> properties =
                List.of(Map.entry("a", "1"), Map.entry("a", "2"), Map.entry("\"'{}\\\n ü \uD83D\uDE00", ""));
        byte[] large = new byte[1 << 20];
        large[5] = -1;
        keep(new Publication("a/ü", new byte[0], "me", 2, true, "text/plain", properties, "s1", null));
        keep(new Publication("b", large, "you", 0, false, null, List.of(), null, null));
        keep(new Publication("c", new byte[] {0, -1, -128, 127}, "", 1, false, "", List.of(), null, null));
        List<StoredMessage> before = all();
        assertThat(before).hasSize(3);

        reopen();

        assertThat(all()).usingRecursiveComparison().isEqualTo(before);
        assertThat(store.read(EVERYTHING, ALL)).usingRecursiveComparison().isEqualTo(before);
        assertThat(before.get(0).userProperties()).isEqualTo(properties);
        assertThat(before.get(0).id()).isEqualTo(before.get(0).timestamp()).isEqualTo(1_769_860_800_123_456L);
    }

    @Test
    void idsGrowOverARestartAlsoWhenTheClockWentBack() throws Exception {
        keep("a", "1");
        long first = all().get(0).id();
        now = Instant.parse("2026-01-31T11:00:00Z");
        reopen();
        keep("a", "2");

        assertThat(all().get(1).id()).isEqualTo(first + 60_000_001);
    }

    @Test
    void keepsAMessageThatIsDeliveredAgainOnce() throws Exception {
        Publication first = new Publication("a", bytes("x"), "p", 1, false, null, List.of(), "m-1", null);
        keep(first);
        keep(first);
        reopen();
        keep(first);
        keep(new Publication("a", bytes("x"), "p", 1, false, null, List.of(), "m-2", null));

        assertThat(all()).hasSize(2);
    }

    @Test
    void readsPageByPage() throws Exception {
        List<CompletableFuture<Void>> kept = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            kept.add(store.keep(publication("t/" + i % 3, "" + i)).toCompletableFuture());
        }
        assertThat(texts(all())).as("before it is written").hasSize(2_500);
        for (CompletableFuture<Void> k : kept) {
            k.get(60, TimeUnit.SECONDS);
        }

        MessagePages pages = store.query(new MessageQuery(new TopicFilter("t/+"), ALL, Long.MAX_VALUE, ALL, 2_200));

        assertThat(texts(pages.next())).hasSize(1_000).startsWith("0", "1").endsWith("999");
        assertThat(pages.next()).hasSize(1_000);
        assertThat(pages.next()).hasSize(200);
        assertThat(pages.next()).isEmpty();
        assertThat(pages.next()).isEmpty();
        List<StoredMessage> everything = all();
        long from = everything.get(10).id();
        long to = everything.get(20).id();
        assertThat(texts(query(new MessageQuery(EVERYTHING, from, to, ALL, 100))))
                .containsExactly("10", "11", "12", "13", "14", "15", "16", "17", "18", "19");
        assertThat(texts(query(new MessageQuery(new TopicFilter("t/0"), from, to, from, 2))))
                .containsExactly("12", "15");
        assertThat(query(new MessageQuery(new TopicFilter("none"), ALL, Long.MAX_VALUE, ALL, 2)))
                .isEmpty();
    }

    @Test
    void aPageIsNotLargeByItsUserPropertiesEither() throws Exception {
        List<Map.Entry<String, String>> large = List.of(Map.entry("name", "x".repeat(500_000)));
        for (int i = 0; i < 20; i++) {
            keep(new Publication("t", bytes("" + i), "p", 1, false, null, large, null, null));
        }

        assertThat(store.query(new MessageQuery(EVERYTHING, ALL, Long.MAX_VALUE, ALL, 100))
                        .next())
                .hasSizeLessThan(10);
        assertThat(all()).hasSize(20);
    }

    @Test
    void remembersHowFarAConsumerIs() throws Exception {
        TopicFilter filter = new TopicFilter("a/#");
        assertThat(store.position("c", filter)).isEmpty();

        assertThat(store.acknowledge("c", filter, 17)).hasValue(17);
        assertThat(store.acknowledge("c", filter, 5)).hasValue(17);
        reopen();

        assertThat(store.position("c", filter)).hasValue(17);
        assertThat(store.position("c", EVERYTHING)).isEmpty();
    }

    @Test
    void takesAPositionOfAnyTopicFilter() throws Exception {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 60_000; i++) {
            text.append((char) ('a' + random.nextInt(26))); // PostgreSQL compresses what it can.
        }
        TopicFilter filter = new TopicFilter(text.toString());

        store.acknowledge("c", filter, 17);
        store.acknowledge("c", filter, 18);
        keep("a", "1");

        assertThat(store.position("c", filter)).hasValue(18);
    }

    @Test
    void noConsumerIsAheadOfEveryMessage() throws Exception {
        keep("a", "1");
        store.acknowledge("c", EVERYTHING, Long.MAX_VALUE);
        long position = store.position("c", EVERYTHING).orElseThrow();
        now = now.plusSeconds(1);
        keep("a", "2");

        assertThat(all().get(1).id()).isGreaterThan(position);
    }

    @Test
    void idsGrowAlsoWhenTheMessagesBeforeAreGone() throws Exception {
        keep("a", "1");
        keep("b", "2");
        long last = all().get(1).id();
        store.acknowledge("c", EVERYTHING, last);
        store.clear(new TopicName("a"));
        store.clear(new TopicName("b"));
        now = now.minus(Duration.ofDays(1));
        reopen();
        keep("a", "3");

        assertThat(texts(all())).containsExactly("3");
        assertThat(all().get(0).id()).isGreaterThan(last);
    }

    @Test
    void clearsATopicInMemoryAndInTheDatabase() throws Exception {
        keep("a", "1");
        keep("b", "2");
        store.clear(new TopicName("a"));
        assertThat(texts(all())).containsExactly("2");
        reopen();
        assertThat(texts(all())).containsExactly("2");
        keep("a", "3");
        assertThat(texts(all())).containsExactly("2", "3");
    }

    @Test
    void clearsWhatIsOnlyInTheDatabase() throws Exception {
        store.close();
        store = MessageStore.open(settings(LOTS), new StoreBounds(1, 1, 10_000_000), () -> now);
        for (int i = 0; i < 5; i++) {
            keep("a", "" + i);
        }
        keep("b", "x");
        assertThat(store.read(new TopicFilter("a"), ALL)).isEmpty();

        assertThat(store.clear(new TopicName("a"))).hasValue(5);
        assertThat(store.clear(new TopicName("a"))).isEmpty();
        assertThat(texts(all())).containsExactly("x");
    }

    @Test
    void keepsTheNewestMessagesOfEachTopic() throws Exception {
        reopen(new StoreLimits(10, 1_000_000, 1L << 30, Duration.ofDays(30)));
        for (int i = 0; i < 50; i++) {
            keep("a", "a" + i);
            keep("b/" + i, "b");
        }

        await().untilAsserted(() -> assertThat(texts(query("a"))).hasSizeLessThanOrEqualTo(11));
        assertThat(texts(query("a"))).endsWith("a48", "a49");
        assertThat(query("b/+")).hasSize(50);
    }

    @Test
    void keepsTheNewestMessagesOfAll() throws Exception {
        keepMany(3_000);
        reopen(new StoreLimits(0, 1_000, 1L << 30, Duration.ofDays(30)));
        keep("t/0", "last");

        await().untilAsserted(() -> assertThat(all()).hasSizeBetween(1_000, 1_010));
        assertThat(texts(all())).startsWith("2001").endsWith("2999", "last");
    }

    @Test
    void forgetsWhatIsTooOld() throws Exception {
        keepMany(10);
        now = now.plus(Duration.ofDays(2));
        keep("t/0", "young");
        reopen(new StoreLimits(0, 1_000, 1L << 30, Duration.ofDays(1)));

        await().untilAsserted(() -> assertThat(texts(all())).containsExactly("young"));
    }

    @Test
    void staysWithinItsBytes() throws Exception {
        Random random = new Random(1);
        for (int i = 0; i < 1_000; i++) {
            byte[] large = new byte[10_000];
            random.nextBytes(large); // PostgreSQL compresses what it can.
            var unused = store.keep(new Publication("t", large, "p", 1, false, null, List.of(), null, null));
        }
        keep("t", "last");
        reopen(new StoreLimits(0, 1_000_000, 2L << 20, Duration.ofDays(30)));
        now = now.plusSeconds(10);

        await().untilAsserted(() -> assertThat(all()).hasSizeBetween(100, 220));
        assertThat(texts(all())).endsWith("last");
    }

    @Test
    void forgetsTopicsWithoutMessagesAndTakesThemUpAgain() throws Exception {
        for (int round = 0; round < 3; round++) {
            keep("a", "1");
            assertThat(store.clear(new TopicName("a"))).hasValue(1);
            assertThat(all()).isEmpty();
        }
        keep("a", "2");
        reopen();
        assertThat(texts(all())).containsExactly("2");
    }

    @Test
    void readsFewTopicsAmongMany() throws Exception {
        List<CompletableFuture<Void>> kept = new ArrayList<>();
        List<String> rare = new ArrayList<>();
        for (int i = 0; i < 60_000; i++) {
            String topic = i % 1_000 == 7 ? "rare/" + i % 3 : "t/" + i % 100;
            if (topic.startsWith("rare")) {
                rare.add("" + i);
            }
            kept.add(store.keep(publication(topic, "" + i)).toCompletableFuture());
        }
        for (CompletableFuture<Void> k : kept) {
            k.get(60, TimeUnit.SECONDS);
        }

        assertThat(texts(query("rare/+"))).isEqualTo(rare);
        assertThat(query("t/+")).hasSize(60_000 - rare.size());
    }

    @Test
    void readersSeeEveryMessageOnceWhileOthersWrite() throws Exception {
        int count = 20_000;
        Thread writer = new Thread(() -> {
            for (int i = 0; i < count; i++) {
                var unused = store.keep(publication("t/" + i % 7, "" + i));
            }
        });
        writer.start();
        List<String> seen = new ArrayList<>();
        long after = ALL;
        long limit = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (seen.size() < count && System.nanoTime() < limit) {
            for (StoredMessage m : query(new MessageQuery(EVERYTHING, ALL, Long.MAX_VALUE, after, 3_000))) {
                seen.add(new String(m.payload(), StandardCharsets.UTF_8));
                after = m.id();
            }
        }
        writer.join();
        assertThat(seen)
                .isEqualTo(IntStream.range(0, count).mapToObj(String::valueOf).toList());
    }

    @Test
    void tellsListenersInOrder() throws Exception {
        List<String> heard = new ArrayList<>();
        AutoCloseable listening = store.listen(m -> heard.add(new String(m.payload(), StandardCharsets.UTF_8)));
        keep("a", "1");
        keep("b", "2");
        listening.close();
        keep("a", "3");
        assertThat(heard).containsExactly("1", "2");
    }

    @Test
    void makesASeriesOfANumber() throws Exception {
        long start = 1_769_860_800_000_000L;
        for (int i = 0; i < 10; i++) {
            now = Instant.ofEpochSecond(start / 1_000_000 + i);
            keep("t", "{\"a\":{\"b\":[0," + i + "]},\"text\":\"5\"}");
        }
        now = Instant.ofEpochSecond(start / 1_000_000 + 10);
        keep("t", "no json");

        List<SeriesBucket> series = store.series(
                new SeriesQuery(new TopicName("t"), JsonPath.parse("a.b[1]"), start, start + 20_000_000, 4));

        assertThat(series)
                .containsExactly(new SeriesBucket(start, 5, 0, 4, 2), new SeriesBucket(start + 5_000_000, 5, 5, 9, 7));
        assertThat(store.series(new SeriesQuery(new TopicName("t"), JsonPath.parse("text"), start, start + 1, 4)))
                .isEmpty();
    }

    @Test
    void bringsTablesOfAnOlderVersionUpToDateAndKeepsWhatIsInThem() throws Exception {
        Schema second = new Schema(List.of("V1__messages.sql", "V2__sites.sql"));
        keep("a", "one");
        store.acknowledge("c", EVERYTHING, 17);
        store.close();

        try (Database database = Database.of(settings(LOTS));
                Connection connection = database.openWriter()) {
            assertThat(second.migrate(connection, database)).isFalse();
            assertThat(second.migrate(connection, database)).as("again").isFalse();
            assertThat(rows(connection, "select version from schema_version order by version"))
                    .containsExactly("1", "2");
            assertThat(rows(
                            connection,
                            "select s.name from messages m join sites s on s.id = m.site join topics t on t.id = m.topic"
                                    + " where t.name = 'a'"))
                    .containsExactly("here");
            assertThat(rows(connection, "select position from consumers")).containsExactly("17");
            connection.commit();
        }

        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(" was written by a newer version of this program (schema 2, this one knows 1);"
                        + " start that version, or use another data folder");
    }

    @Test
    void aScriptThatFailsChangesNothingAndIsNamed() throws Exception {
        Schema broken = new Schema(List.of("V1__messages.sql", "V2__broken.sql"));
        keep("a", "one");
        store.close();

        try (Database database = Database.of(settings(LOTS));
                Connection connection = database.openWriter()) {
            assertThatThrownBy(() -> broken.migrate(connection, database))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("nowhere")
                    .hasMessageEndingWith(
                            "(in " + database.dialect() + "/V2__broken.sql; the database stays at schema 1)");
            assertThatThrownBy(() -> rows(connection, "select id from sites")).isInstanceOf(SQLException.class);
        }

        open();
        assertThat(texts(all())).containsExactly("one");
    }

    private static List<String> rows(Connection connection, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                rows.add(result.getString(1));
            }
        }
        return rows;
    }

    @Test
    void listsConsumersAndForgetsThemForGood() throws Exception {
        TopicFilter filter = new TopicFilter("a/ü/#");
        store.acknowledge("plc", filter, 17);
        store.acknowledge("plc", EVERYTHING, 18);
        store.acknowledge("erp", EVERYTHING, 19);
        assertThat(store.consumers().truncated()).isFalse();
        assertThat(store.consumers().positions())
                .containsExactly(
                        new ConsumerPosition("erp", EVERYTHING, 19),
                        new ConsumerPosition("plc", EVERYTHING, 18),
                        new ConsumerPosition("plc", filter, 17));

        assertThat(store.forget("plc", EVERYTHING)).isTrue();
        assertThat(store.forget("plc", EVERYTHING)).isFalse();
        assertThat(store.forget("erp", null)).isTrue();
        assertThat(store.forget("nobody", null)).isFalse();

        reopen();
        assertThat(store.consumers().positions()).containsExactly(new ConsumerPosition("plc", filter, 17));
        assertThat(store.position("erp", EVERYTHING)).isEmpty();
    }

    @Test
    void aListOfConsumersHasAnEnd() throws Exception {
        String level = "x".repeat(60_000);
        for (int i = 10; i < 30; i++) {
            store.acknowledge("c" + i, new TopicFilter(level + i), i);
        }

        ConsumerList list = store.consumers();

        assertThat(list.truncated()).isTrue();
        assertThat(list.positions())
                .hasSize(17)
                .first()
                .extracting(ConsumerPosition::id)
                .isEqualTo(10L);
    }

    @Test
    void aFieldThatStandsTwiceCountsWithItsLastValueInASeries() throws Exception {
        keep("t", "{\"a\":{\"n\":1},\"a\":{\"n\":2,\"n\":[4],\"n\":3}}");
        keep("t", "{\"a\":{\"n\":9},\"a\":{\"m\":9}}");
        keep("t", "{\"a\":{\"n\":9},\"a\":5}");

        assertThat(store.series(
                        new SeriesQuery(new TopicName("t"), JsonPath.parse("a.n"), Long.MIN_VALUE, Long.MAX_VALUE, 4)))
                .singleElement()
                .satisfies(bucket -> {
                    assertThat(bucket.count()).isEqualTo(1);
                    assertThat(bucket.mean()).isEqualTo(3);
                });
    }

    @Test
    void makesASeriesOfAllTime() throws Exception {
        keep("t", "5");

        assertThat(store.series(
                        new SeriesQuery(new TopicName("t"), JsonPath.parse("$"), Long.MIN_VALUE, Long.MAX_VALUE, 4)))
                .singleElement()
                .satisfies(bucket -> assertThat(bucket.mean()).isEqualTo(5));
    }

    private void reopen(StoreLimits limits) throws Exception {
        store.close();
        store = opened(limits);
    }

    void keepMany(int count) throws Exception {
        CompletableFuture<Void> last = new CompletableFuture<>();
        for (int i = 0; i < count; i++) {
            last = store.keep(publication("t/" + i % 3, "" + i)).toCompletableFuture();
        }
        last.get(60, TimeUnit.SECONDS);
    }

    private List<StoredMessage> query(String filter) throws Exception {
        return query(new MessageQuery(new TopicFilter(filter), ALL, Long.MAX_VALUE, ALL, Long.MAX_VALUE));
    }

    void keep(String topic, String payload) throws Exception {
        keep(publication(topic, payload));
    }

    void keep(Publication p) throws Exception {
        store.keep(p).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    static Publication publication(String topic, String payload) {
        return new Publication(topic, bytes(payload), "p", 1, false, null, List.of(), null, null);
    }

    List<StoredMessage> all() throws Exception {
        return query(new MessageQuery(EVERYTHING, ALL, Long.MAX_VALUE, ALL, Long.MAX_VALUE));
    }

    private List<StoredMessage> query(MessageQuery query) throws Exception {
        MessagePages pages = store.query(query);
        List<StoredMessage> all = new ArrayList<>();
        for (List<StoredMessage> page = pages.next(); !page.isEmpty(); page = pages.next()) {
            all.addAll(page);
        }
        return all;
    }

    static List<String> texts(List<StoredMessage> messages) {
        return messages.stream()
                .map(m -> new String(m.payload(), StandardCharsets.UTF_8))
                .toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
