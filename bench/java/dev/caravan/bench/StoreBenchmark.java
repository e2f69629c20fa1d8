package dev.caravan.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.caravan.json.JsonPath;
import dev.caravan.store.MessagePages;
import dev.caravan.store.MessageQuery;
import dev.caravan.store.MessageStore;
import dev.caravan.store.Publication;
import dev.caravan.store.SeriesQuery;
import dev.caravan.store.StoreBounds;
import dev.caravan.store.StoreLimits;
import dev.caravan.store.StoreSettings;
import dev.caravan.store.StoredMessage;
import dev.caravan.topic.TopicFilter;
import dev.caravan.topic.TopicName;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/**
 * Measures the message store by itself: {@code write} fills a database, {@code read} times queries and series over it,
 * {@code soak} writes and reads for a time and watches the heap. Arguments: what, the database's file or URL, and a
 * number: messages to write, runs of a query, or seconds.
 */
public final class StoreBenchmark {

    private static final int TOPICS = 1_000;
    private static final int WINDOW = Integer.getInteger("window", 8_000);
    private static final long SECOND = 1_000_000;
    /** One topic has a message each second; the others share what lies between. */
    private static final int DAY = 86_400;

    private final String database;
    private final int number;

    private StoreBenchmark(String database, int number) {
        this.database = database;
        this.number = number;
    }

    public static void main(String[] args) throws Exception {
        StoreBenchmark benchmark = new StoreBenchmark(args[1], Integer.parseInt(args[2]));
        switch (args[0]) {
            case "write" -> benchmark.write();
            case "read" -> benchmark.read();
            case "soak" -> benchmark.soak();
            default -> throw new IllegalArgumentException("write, read or soak, was " + args[0]);
        }
    }

    private MessageStore open(InstantSource clock) throws Exception {
        boolean isUrl = database.startsWith("jdbc:");
        return MessageStore.open(
                new StoreSettings(
                        Path.of(isUrl ? "unused" : database).toAbsolutePath(),
                        isUrl ? database : "",
                        "",
                        "",
                        new StoreLimits(0, 100_000_000, 100L << 30, Duration.ofDays(36_500)),
                        10_000,
                        Boolean.parseBoolean(System.getProperty("sync", "true"))),
                new StoreBounds(100, 10_000, 64L << 20),
                clock);
    }

    /** As if the messages had come over 24 hours, the newest now. */
    private void write() throws Exception {
        long end = micros(Instant.now());
        long[] time = {end - DAY * SECOND};
        long step = Math.max(1, DAY * SECOND / number);
        try (MessageStore store = open(() -> Instant.EPOCH.plusNanos(time[0] * 1_000))) {
            Random random = new Random(1);
            Semaphore window = new Semaphore(WINDOW);
            long began = System.nanoTime();
            long last = began;
            long nextSecond = time[0];
            for (int i = 0; i < number; i++) {
                time[0] += step;
                String topic = "plant/line" + i % 10 + "/machine" + i % TOPICS / 10 + "/data";
                if (time[0] >= nextSecond) {
                    topic = "plant/clock";
                    nextSecond += SECOND;
                }
                window.acquire();
                store.keep(publication(topic, i, random)).whenComplete((v, e) -> window.release());
                if (i % 1_000_000 == 999_999) {
                    long now = System.nanoTime();
                    System.out.printf("%,d: %,d msg/s%n", i + 1, 1_000_000_000_000_000L / (now - last));
                    last = now;
                }
            }
            window.acquire(WINDOW);
            double seconds = (System.nanoTime() - began) / 1e9;
            System.out.printf(
                    "wrote %,d messages in %.1f s: %,.0f msg/s, %.1f us CPU a message%n",
                    number, seconds, number / seconds, cpuMicros() / number);
        }
        if (!database.startsWith("jdbc:")) {
            System.out.printf("%,d bytes a message%n", Files.size(Path.of(database)) / number);
        }
    }

    private static Publication publication(String topic, int i, Random random) {
        String json = "{\"device\":\"machine-" + i % TOPICS + "\",\"seq\":" + i + ",\"temperature\":"
                + (20 + random.nextInt(1_000) / 100.0) + ",\"humidity\":" + random.nextInt(100)
                + ",\"status\":\"running\",\"note\":\"" + "x".repeat(40) + "\"}";
        return new Publication(
                topic,
                json.getBytes(StandardCharsets.UTF_8),
                "machine-" + i % TOPICS,
                1,
                false,
                null,
                List.of(),
                "01234567-89ab-" + Integer.toString(i, 36),
                null);
    }

    private void read() throws Exception {
        long began = System.nanoTime();
        try (MessageStore store = open(InstantSource.system())) {
            System.out.printf("opened in %,d ms%n", (System.nanoTime() - began) / 1_000_000);
            StoredMessage newest = store.read(new TopicFilter("#"), Long.MIN_VALUE).stream()
                    .reduce((a, b) -> b)
                    .orElseThrow();
            long end = newest.timestamp() + 1;
            long start = end - DAY * SECOND;
            Random random = new Random(2);
            time("series cold", 1, () -> series(store, start, end));
            time("series warm", number, () -> series(store, start, end));
            time("one topic, last hour", number, () -> query(store, machine(random), end - 3_600 * SECOND, end, 1_000));
            time("one topic, all time", number, () -> query(store, machine(random), 0, end, 100_000));
            time("one topic, from the middle", number, () -> {
                long from = start + (long) (random.nextDouble() * DAY * SECOND);
                query(store, machine(random), from, end, 1_000);
            });
            time("+ (10 % of the topics)", number, () -> {
                long from = start + (long) (random.nextDouble() * DAY * SECOND);
                query(store, "plant/line" + random.nextInt(10) + "/+/data", from, end, 1_000);
            });
            time("+ (1 % of the topics)", number, () -> {
                long from = start + (long) (random.nextDouble() * DAY * SECOND);
                query(store, "plant/+/machine" + random.nextInt(100) + "/data", from, end, 1_000);
            });
            time("# from the middle", number, () -> {
                long from = start + (long) (random.nextDouble() * DAY * SECOND);
                query(store, "#", from, end, 1_000);
            });
            time("# one page in a gap of no matches", number, () -> query(store, "none/#", 0, end, 1_000));
        }
    }

    private static String machine(Random random) {
        int i = random.nextInt(TOPICS);
        return "plant/line" + i % 10 + "/machine" + i / 10 + "/data";
    }

    private static void series(MessageStore store, long start, long end) throws Exception {
        store.series(new SeriesQuery(new TopicName("plant/clock"), JsonPath.ofField("temperature"), start, end, 500));
    }

    private static long query(MessageStore store, String filter, long from, long to, long limit) throws Exception {
        MessagePages pages =
                store.query(new MessageQuery(new TopicFilter(filter), from, to, Long.MIN_VALUE, limit));
        long count = 0;
        for (List<StoredMessage> page = pages.next(); !page.isEmpty(); page = pages.next()) {
            count += page.size();
        }
        return count;
    }

    private interface Run {
        void run() throws Exception;
    }

    private static void time(String name, int runs, Run run) throws Exception {
        double[] millis = new double[runs];
        for (int i = 0; i < runs; i++) {
            long began = System.nanoTime();
            run.run();
            millis[i] = (System.nanoTime() - began) / 1e6;
        }
        Arrays.sort(millis);
        System.out.printf(
                "%-36s p50 %8.1f ms  p95 %8.1f ms  max %8.1f ms%n",
                name, millis[runs / 2], millis[(int) (runs * 0.95)], millis[runs - 1]);
    }

    private void soak() throws Exception {
        try (MessageStore store = open(InstantSource.system())) {
            Random random = new Random(3);
            Semaphore window = new Semaphore(WINDOW);
            long end = System.nanoTime() + number * 1_000_000_000L;
            CountDownLatch reading = new CountDownLatch(1);
            Thread reader = new Thread(() -> {
                try {
                    while (System.nanoTime() < end) {
                        query(store, "plant/line1/+/data", 0, Long.MAX_VALUE, 20_000);
                        series(store, micros(Instant.now()) - 60 * SECOND, micros(Instant.now()));
                    }
                } catch (Exception e) {
                    e.printStackTrace();
                } finally {
                    reading.countDown();
                }
            });
            reader.start();
            List<Long> heap = new ArrayList<>();
            long nextLook = 0;
            int i = 0;
            while (System.nanoTime() < end) {
                window.acquire();
                store.keep(publication("plant/line" + i % 10 + "/machine" + i % TOPICS / 10 + "/data", i, random))
                        .whenComplete((v, e) -> window.release());
                i++;
                if (System.nanoTime() >= nextLook) {
                    nextLook = System.nanoTime() + 10_000_000_000L;
                    System.gc();
                    long used = Runtime.getRuntime().totalMemory()
                            - Runtime.getRuntime().freeMemory();
                    heap.add(used >> 20);
                    System.out.printf("%,d messages, heap after a collection %d MB%n", i, used >> 20);
                }
            }
            reading.await();
            System.out.println("heap in MB: " + heap);
        }
    }

    private static double cpuMicros() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime() / 1e3;
    }

    private static long micros(Instant time) {
        return time.getEpochSecond() * SECOND + time.getNano() / 1_000;
    }
}
