package dev.caravan.http;

import dev.caravan.store.MessageStore;
import dev.caravan.store.StoredMessage;
import dev.caravan.store.TopicSummary;
import dev.caravan.topic.TopicFilter;
import dev.caravan.topic.TopicName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest messages of all topics in the order in which they were kept, and those who wait for the next one. One thread
 * wakes them all; the store is held up only for an entry in a list.
 *
 * <p>What is heard from the start on is here, until newer messages push it out: at most {@value #MAX_MESSAGES} messages and
 * some {@value #MAX_BYTES} bytes. {@link #read} says where something that a reader lacks has been pushed out. Started and
 * stopped by the Camel context; thread-safe.
 */
final class LiveFeed extends ServiceSupport {

    private static final Logger LOG = LoggerFactory.getLogger(LiveFeed.class);

    private static final int MAX_MESSAGES = 8_192;
    private static final int MAX_BYTES = 8 << 20;

    private final MessageStore store;

    private final Object lock = new Object();
    private final Deque<Heard> heard = new ArrayDeque<>();
    private final Set<Wait> waits = new LinkedHashSet<>();
    private long bytes;
    /** Everything with a greater id is in {@link #heard}. */
    private long floor = Long.MIN_VALUE;

    private long newest = Long.MIN_VALUE;
    /** Up to here the thread has looked for those who wait. */
    private long lookedAt = Long.MIN_VALUE;

    private boolean stopped;
    private @Nullable Thread thread;
    private @Nullable AutoCloseable listening;

    LiveFeed(MessageStore store) {
        this.store = store;
    }

    private record Heard(TopicName topic, StoredMessage message) {}

    /**
     * Messages that match, and how far the feed was looked through.
     *
     * @param upTo there is no other match up to this id
     */
    record Reading(List<StoredMessage> messages, long upTo) {}

    /** Completes with true when there may be something to read, with false when the time is over. */
    private static final class Wait extends CompletableFuture<Boolean> {
        final TopicFilter topics;
        final long until;

        Wait(TopicFilter topics, long until) {
            this.topics = topics;
            this.until = until;
        }
    }

    @Override
    protected void doStart() {
        listening = store.listen(this::hear);
        long known = Long.MIN_VALUE;
        for (TopicSummary topic : store.topics()) {
            StoredMessage last = topic.last();
            if (last != null) {
                known = Math.max(known, last.id());
            }
        }
        synchronized (lock) {
            stopped = false;
            Heard first = heard.peekFirst();
            floor = first == null ? known : Math.min(known, first.message.id() - 1);
            newest = Math.max(newest, known);
            lookedAt = newest;
        }
        Thread waker = new Thread(this::wake, "http-readers");
        waker.setDaemon(true);
        waker.start();
        thread = waker;
    }

    @Override
    protected void doStop() throws Exception {
        AutoCloseable listener = listening;
        if (listener != null) {
            listener.close();
        }
        synchronized (lock) {
            stopped = true;
            lock.notifyAll();
        }
        Thread waker = thread;
        if (waker != null) {
            waker.join(TimeUnit.SECONDS.toMillis(5));
        }
    }

    private void hear(StoredMessage message) {
        Heard entry = new Heard(new TopicName(message.topic()), message);
        synchronized (lock) {
            heard.addLast(entry);
            bytes += message.bytes();
            newest = message.id();
            while (heard.size() > MAX_MESSAGES || (bytes > MAX_BYTES && heard.size() > 1)) {
                StoredMessage oldest = heard.removeFirst().message;
                bytes -= oldest.bytes();
                floor = oldest.id();
            }
            if (!waits.isEmpty()) {
                lock.notifyAll();
            }
        }
    }

    /** A topic was cleared: nobody reads its messages any more. */
    void forget(TopicName topic) {
        synchronized (lock) {
            heard.removeIf(entry -> {
                boolean cleared = entry.topic.equals(topic);
                bytes -= cleared ? entry.message.bytes() : 0;
                return cleared;
            });
        }
    }

    /** The id of the newest message there is, {@link Long#MIN_VALUE} where there never was one. */
    long newest() {
        synchronized (lock) {
            return newest;
        }
    }

    /** Everything with a greater id is here. */
    long floor() {
        synchronized (lock) {
            return floor;
        }
    }

    /** The messages that match with a greater id, the oldest {@code limit}; null where not all of them are here. */
    @Nullable
    Reading read(TopicFilter topics, long afterId, int limit) {
        List<StoredMessage> found = new ArrayList<>();
        synchronized (lock) {
            if (afterId < floor) {
                return null;
            }
            if (afterId >= newest) {
                return new Reading(found, afterId);
            }
            for (Iterator<Heard> newestFirst = heard.descendingIterator(); newestFirst.hasNext(); ) {
                Heard entry = newestFirst.next();
                if (entry.message.id() <= afterId) {
                    break;
                }
                if (topics.matches(entry.topic)) {
                    found.add(entry.message);
                }
            }
            Collections.reverse(found);
            return found.size() <= limit
                    ? new Reading(found, newest)
                    : new Reading(
                            List.copyOf(found.subList(0, limit)),
                            found.get(limit - 1).id());
        }
    }

    /**
     * Waits for a message that matches with a greater id; true at once where there is one, or where it cannot be known.
     * Completed from outside, the wait is over. What depends on it runs on the one thread that wakes all: be quick.
     */
    CompletableFuture<Boolean> await(TopicFilter topics, long afterId, long nanos) {
        Wait wait = new Wait(topics, System.nanoTime() + nanos);
        synchronized (lock) {
            if (stopped) {
                wait.complete(false);
                return wait;
            }
            if (afterId < floor || anyMatches(wait, afterId)) {
                wait.complete(true);
                return wait;
            }
            if (waits.isEmpty()) {
                lookedAt = newest;
            }
            waits.add(wait);
            lock.notifyAll();
        }
        return forgetting(wait);
    }

    int waiting() {
        synchronized (lock) {
            return waits.size();
        }
    }

    private CompletableFuture<Boolean> forgetting(Wait wait) {
        wait.whenComplete((woken, failure) -> {
            synchronized (lock) {
                waits.remove(wait);
            }
        });
        return wait;
    }

    private boolean anyMatches(Wait wait, long afterId) {
        TopicFilter topics = wait.topics;
        if (afterId >= newest) {
            return false;
        }
        for (Iterator<Heard> newestFirst = heard.descendingIterator(); newestFirst.hasNext(); ) {
            Heard entry = newestFirst.next();
            if (entry.message.id() <= afterId) {
                return false;
            }
            if (topics.matches(entry.topic)) {
                return true;
            }
        }
        return false;
    }

    private void wake() {
        while (true) {
            List<Wait> all;
            List<Heard> fresh;
            boolean lost;
            boolean end;
            synchronized (lock) {
                while (!stopped && (waits.isEmpty() || lookedAt >= newest) && !isDue()) {
                    if (!sleep()) {
                        return;
                    }
                }
                all = new ArrayList<>(waits);
                fresh = fresh();
                lost = lookedAt < floor;
                lookedAt = newest;
                end = stopped;
            }
            long now = System.nanoTime();
            for (Wait wait : all) {
                try {
                    if (lost || matches(wait.topics, fresh)) {
                        wait.complete(true);
                    } else if (end || wait.until - now <= 0) {
                        wait.complete(false);
                    }
                } catch (RuntimeException e) {
                    LOG.error("A reader could not be woken", e);
                }
            }
            if (end) {
                return;
            }
        }
    }

    private static boolean matches(TopicFilter topics, List<Heard> fresh) {
        for (Heard entry : fresh) {
            if (topics.matches(entry.topic)) {
                return true;
            }
        }
        return false;
    }

    private List<Heard> fresh() {
        List<Heard> fresh = new ArrayList<>();
        for (Iterator<Heard> newestFirst = heard.descendingIterator(); newestFirst.hasNext(); ) {
            Heard entry = newestFirst.next();
            if (entry.message.id() <= lookedAt) {
                break;
            }
            fresh.add(entry);
        }
        return fresh;
    }

    private boolean isDue() {
        long now = System.nanoTime();
        return waits.stream().anyMatch(wait -> wait.until - now <= 0);
    }

    /** @return false where the thread is to end */
    private boolean sleep() {
        long now = System.nanoTime();
        long nanos = waits.stream().mapToLong(wait -> wait.until - now).min().orElse(TimeUnit.HOURS.toNanos(1));
        try {
            lock.wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos) + 1));
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
