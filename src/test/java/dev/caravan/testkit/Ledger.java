package dev.caravan.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What was acknowledged to publishers and what reached receivers, in memory and in the files {@code acknowledged.log}
 * and {@code received-<receiver>.log} of a folder: opened on the same folder again, it goes on with what they hold.
 *
 * <p>Filled by a {@link LedgerPublisher} and a {@link LedgerReceiver}. Safe for threads.
 */
public final class Ledger implements AutoCloseable {

    /**
     * A message. Sequences begin at 0 for each publisher and topic.
     *
     * @param publisher a name without spaces
     * @param topic the topic it was published to; it may arrive at another one
     */
    public record Id(String publisher, int sequence, String topic) {

        private static final String FIRST = "{\"id\":\"";

        static @Nullable Id parse(String text) {
            String[] parts = text.split(" ", 3);
            try {
                return parts.length == 3 ? new Id(parts[0], Integer.parseUnsignedInt(parts[1]), parts[2]) : null;
            } catch (NumberFormatException e) {
                return null;
            }
        }

        /** The JSON that carries it, filled up to a length in characters. */
        String payload(int length) {
            String start = FIRST + this + "\",\"filler\":\"";
            return start + "x".repeat(Math.max(0, length - start.length() - 2)) + "\"}";
        }

        static @Nullable Id ofPayload(String payload) {
            int end = payload.indexOf('"', FIRST.length());
            return payload.startsWith(FIRST) && end > 0 ? parse(payload.substring(FIRST.length(), end)) : null;
        }

        @Override
        public String toString() {
            return publisher + " " + sequence + " " + topic;
        }
    }

    /**
     * What came of the messages.
     *
     * @param acknowledged how many messages the publishers' broker acknowledged
     * @param received how many messages arrived, each counted once
     * @param lost acknowledged and never received
     * @param duplicated every arrival of a message after its first
     * @param disordered messages whose first arrival came after that of a later one of their publisher and topic
     * @param unexpected payloads that no publisher of the ledger sent
     */
    public record Report(
            long acknowledged,
            long received,
            List<Id> lost,
            List<Id> duplicated,
            List<Id> disordered,
            List<String> unexpected) {

        private static final int SHOWN = 5;

        @Override
        public String toString() {
            return "acknowledged " + acknowledged + ", received " + received + ", lost " + some(lost) + ", duplicated "
                    + some(duplicated) + ", disordered " + some(disordered) + ", unexpected " + some(unexpected);
        }

        private static String some(List<?> all) {
            if (all.isEmpty()) {
                return "0";
            }
            List<?> first = all.subList(0, Math.min(SHOWN, all.size()));
            return all.size() + " " + first + (all.size() > SHOWN ? "..." : "");
        }
    }

    private record Stream(String publisher, String topic) {}

    /** What is known of one publisher's messages to one topic. */
    private static final class Account {
        final BitSet acknowledged = new BitSet();
        int published;
    }

    private final Path folder;
    private final LedgerFile acknowledgedFile;
    private final Map<Stream, Account> accounts = new HashMap<>();
    private final Map<String, Arrivals> receivers = new ConcurrentHashMap<>();

    public Ledger(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path file = folder.resolve("acknowledged.log");
        for (String line : LedgerFile.read(file)) {
            Id id = Id.parse(line);
            if (id != null) {
                Account account = account(id);
                account.acknowledged.set(id.sequence());
                // How many were on their way when the record broke off is not known.
                account.published = Integer.MAX_VALUE;
            }
        }
        acknowledgedFile = new LedgerFile(file);
    }

    /** Compares with what the only receiver got. */
    public Report compare() {
        return compare(onlyReceiver());
    }

    /** Compares with what one receiver got. While publishers are at work, what is on its way counts as lost. */
    public Report compare(String receiver) {
        List<String> arrived = arrivals(receiver).snapshot();
        List<Id> duplicated = new ArrayList<>();
        List<Id> disordered = new ArrayList<>();
        List<String> unexpected = new ArrayList<>();
        Map<Stream, BitSet> seen = new HashMap<>();
        synchronized (this) {
            for (String line : arrived) {
                Id id = Id.parse(line);
                if (id == null || !isPublished(id)) {
                    unexpected.add(line);
                    continue;
                }
                BitSet before = seen.computeIfAbsent(stream(id), s -> new BitSet());
                if (before.get(id.sequence())) {
                    duplicated.add(id);
                } else if (id.sequence() < before.length()) {
                    disordered.add(id);
                }
                before.set(id.sequence());
            }
            return new Report(
                    totalAcknowledged(),
                    seen.values().stream().mapToLong(BitSet::cardinality).sum(),
                    lost(seen),
                    duplicated,
                    disordered,
                    unexpected);
        }
    }

    /** Waits until the only receiver got all that is acknowledged, and compares, also where it did not come to that. */
    public Report awaitAll(Duration limit) {
        try {
            Awaitility.await()
                    .atMost(limit)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> isAllThere());
        } catch (ConditionTimeoutException e) {
            // The report says what is missing.
            return compare();
        }
        return compare();
    }

    private boolean isAllThere() {
        // The comparison is long: not while it cannot come out well.
        return arrivals(onlyReceiver()).count() >= totalAcknowledged()
                && compare().lost().isEmpty();
    }

    /** Closes the files; what arrives after that is not recorded. */
    @Override
    public void close() {
        acknowledgedFile.close();
        receivers.values().forEach(Arrivals::close);
    }

    synchronized boolean knows(String publisher) {
        return accounts.keySet().stream().anyMatch(stream -> stream.publisher().equals(publisher));
    }

    synchronized Id nextId(String publisher, String topic) {
        Account account = accounts.computeIfAbsent(new Stream(publisher, topic), s -> new Account());
        return new Id(publisher, account.published++, topic);
    }

    void acknowledged(Id id) {
        synchronized (this) {
            account(id).acknowledged.set(id.sequence());
        }
        acknowledgedFile.append(id.toString());
    }

    /** @param payload whatever arrived */
    void received(String receiver, String payload) {
        Id id = Id.ofPayload(payload);
        arrivals(receiver).add(id == null ? payload.lines().findFirst().orElse("") : id.toString());
    }

    long count(String receiver) {
        return arrivals(receiver).count();
    }

    private synchronized long totalAcknowledged() {
        return accounts.values().stream()
                .mapToLong(account -> account.acknowledged.cardinality())
                .sum();
    }

    private String onlyReceiver() {
        if (receivers.size() > 1) {
            throw new IllegalStateException("name one of the receivers " + receivers.keySet());
        }
        return receivers.keySet().stream().findFirst().orElse("receiver");
    }

    private Arrivals arrivals(String receiver) {
        return receivers.computeIfAbsent(receiver, name -> new Arrivals(folder.resolve("received-" + name + ".log")));
    }

    private List<Id> lost(Map<Stream, BitSet> seen) {
        Map<String, Id> lost = new TreeMap<>();
        accounts.forEach((stream, account) -> {
            BitSet missing = (BitSet) account.acknowledged.clone();
            missing.andNot(seen.getOrDefault(stream, new BitSet()));
            missing.stream().forEach(sequence -> {
                Id id = new Id(stream.publisher(), sequence, stream.topic());
                lost.put("%s %s %010d".formatted(id.publisher(), id.topic(), sequence), id);
            });
        });
        return List.copyOf(lost.values());
    }

    private boolean isPublished(Id id) {
        Account account = accounts.get(stream(id));
        return account != null && id.sequence() < account.published;
    }

    private Account account(Id id) {
        return accounts.computeIfAbsent(stream(id), s -> new Account());
    }

    private static Stream stream(Id id) {
        return new Stream(id.publisher(), id.topic());
    }

    /** What one receiver got, in order. */
    private static final class Arrivals {
        private final List<String> lines;
        private final LedgerFile file;

        Arrivals(Path path) {
            lines = Collections.synchronizedList(new ArrayList<>(LedgerFile.read(path)));
            file = new LedgerFile(path);
        }

        void add(String line) {
            file.append(line);
            lines.add(line);
        }

        List<String> snapshot() {
            synchronized (lines) {
                return List.copyOf(lines);
            }
        }

        long count() {
            return lines.size();
        }

        void close() {
            file.close();
        }
    }
}
