package dev.caravan.route;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dead letter channel of the shipped routes: keeps each message that a route could not process, with the reason, in
 * {@code <route id>.ndjson}, one JSON object a line. At a set size the file is renamed to {@code <route id>.1.ndjson},
 * replacing the one before.
 *
 * <p>Logs one line for each message, at most {@value #LOGGED_PER_SECOND} in a second, and says how many it left out.
 * Safe for many threads.
 */
public final class DeadLetters {

    private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);
    private static final int LOGGED_PER_SECOND = 20;
    private static final long TRY_AGAIN_MILLIS = 1_000;
    private static final int MOST_KINDS = 50;
    private static final String OTHER_KINDS = "other";

    private final ObjectMapper json = new ObjectMapper();
    private final Path folder;
    private final long maxBytes;
    private final Clock clock;
    private final AtomicLong count = new AtomicLong();
    private final Map<String, Map<String, Long>> kindsByRoute = new TreeMap<>();

    private long second;
    private int loggedInSecond;
    private long left;

    /**
     * @param folder created when the first message is kept
     * @param maxBytes the size at which a file is renamed
     */
    public DeadLetters(Path folder, long maxBytes, Clock clock) {
        this.folder = folder;
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    /** How many messages were kept since the start. */
    public long count() {
        return count.get();
    }

    /**
     * The same by the id of the route, and by what went wrong: {@link DeadLetter#kind}, or {@code other} behind the first
     * {@value #MOST_KINDS} kinds of a route, as no sender may fill the memory.
     */
    public Map<String, Map<String, Long>> countsByReason() {
        synchronized (kindsByRoute) {
            Map<String, Map<String, Long>> copy = new TreeMap<>();
            kindsByRoute.forEach((route, kinds) -> copy.put(route, new TreeMap<>(kinds)));
            return copy;
        }
    }

    /**
     * Keeps the message of an exchange that failed. Named by routes/error-handling.camel.yaml. While the file cannot be
     * written, for example on a full disk, this waits and tries again: the message is not acknowledged meanwhile, and
     * those behind it wait in the broker.
     *
     * @throws RejectedExecutionException when the program stops before the file could be written, or when it was that
     *     by which the message failed
     */
    public void keep(Exchange exchange) throws InterruptedException {
        if (exchange.getProperty(Exchange.EXCEPTION_CAUGHT) instanceof RejectedExecutionException turnedAway) {
            // Something stops, and nothing is wrong with the message: it waits where it came from.
            throw turnedAway;
        }
        DeadLetter letter = DeadLetter.of(exchange);
        String routeId = fileName(letter.route());
        ObjectNode line = json.createObjectNode()
                .put("time", Instant.now(clock).toString())
                .put("route", routeId)
                .put("topic", letter.topic())
                .put("reason", letter.reason());
        putPayload(line, letter.payload());
        // Not as a String: text with half a surrogate pair has no UTF-8 and would be refused.
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        while (!isWritten(routeId, bytes)) {
            if (exchange.getContext().isStopping() || exchange.getContext().isStopped()) {
                throw new RejectedExecutionException("stopped before the dead letter could be kept");
            }
            Thread.sleep(TRY_AGAIN_MILLIS);
        }
        count.incrementAndGet();
        count(routeId, letter.kind());
        report(routeId, letter.topic(), letter.reason());
    }

    private void count(String routeId, String kind) {
        synchronized (kindsByRoute) {
            Map<String, Long> kinds = kindsByRoute.computeIfAbsent(routeId, id -> new TreeMap<>());
            kinds.merge(kinds.containsKey(kind) || kinds.size() < MOST_KINDS ? kind : OTHER_KINDS, 1L, Long::sum);
        }
    }

    private boolean isWritten(String routeId, byte[] line) {
        try {
            write(routeId, line);
            return true;
        } catch (IOException e) {
            log.atError()
                    .addKeyValue("routeId", routeId)
                    .log("dead letter cannot be written, trying again: {}", e.toString());
            return false;
        }
    }

    /** A route's id is the author's free text; as a file name it must stay in the folder. */
    private static String fileName(String routeId) {
        return routeId.replaceAll("[^A-Za-z0-9_-]", "_");
    }

    private static void putPayload(ObjectNode line, byte[] payload) {
        try {
            line.put(
                    "payload",
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(payload))
                            .toString());
        } catch (CharacterCodingException e) {
            line.put("payload", Base64.getEncoder().encodeToString(payload)).put("payload_encoding", "base64");
        }
    }

    private synchronized void write(String routeId, byte[] line) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(routeId + ".ndjson");
        if (Files.exists(file) && Files.size(file) >= maxBytes) {
            Files.move(file, folder.resolve(routeId + ".1.ndjson"), StandardCopyOption.REPLACE_EXISTING);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long end = channel.size();
            try {
                channel.position(end);
                ByteBuffer bytes = ByteBuffer.wrap(line);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } catch (IOException e) {
                // Half a line must not become the beginning of the next.
                channel.truncate(end);
                throw e;
            }
        }
    }

    private synchronized void report(String routeId, String topic, String reason) {
        long now = clock.instant().getEpochSecond();
        if (now != second) {
            if (left > 0) {
                log.warn("{} more messages were not processed; see {}", left, folder);
            }
            second = now;
            loggedInSecond = 0;
            left = 0;
        }
        if (loggedInSecond++ < LOGGED_PER_SECOND) {
            log.atWarn()
                    .addKeyValue("topic", topic)
                    .addKeyValue("routeId", routeId)
                    .addKeyValue("reason", reason)
                    .log("message not processed, kept in {}", folder);
        } else {
            left++;
        }
    }
}
