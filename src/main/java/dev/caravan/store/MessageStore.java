package dev.caravan.store;

import dev.caravan.topic.TopicFilter;
import dev.caravan.topic.TopicName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The history of what was published. Two tiers: the newest messages in memory ({@link RecentMessages}), which are read
 * at once and in any number of polls; and every message in a database ({@link DatabaseTier}), an SQLite file or
 * PostgreSQL, from which memory is filled again at the next start. Thread-safe. Whoever opens it closes it, after
 * everybody who keeps messages has stopped.
 *
 * <p>Order: an id is the time the message came, in microseconds, and grows strictly over the whole store and over
 * restarts, also when the clock stands or goes back. So order of ids, of time and of commits are one, and a reader who
 * asks again with the last id or timestamp it saw gets every later message and no message twice.
 *
 * <p>Once: a message is visible as soon as it is kept, and survives a kill of the process once its stage is complete.
 * Whoever acknowledges it only then loses nothing; that it is delivered again after a kill is recognised by
 * {@link Publication#sourceId()}. Without one it is then kept twice.
 */
public final class MessageStore implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MessageStore.class);
    /** How many consumers have a position, each with each of its Topic Filters. */
    public static final int MAX_CONSUMERS = 10_000;

    /** A little more than what ids are ahead of a clock that was behind by a moment at the start. */
    private static final long AHEAD_MICROS = 70_000_000;

    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    private final RecentMessages recent;
    private final @Nullable DatabaseTier database;
    private final List<Consumer<StoredMessage>> listeners = new CopyOnWriteArrayList<>();
    private final Positions positions = new Positions();

    /** Held while a message gets its id and its place in the queue, so that both have the same order. */
    private final Object order = new Object();

    private final KnownSources sources;
    private final InstantSource clock;
    private boolean isAhead;

    private MessageStore(RecentMessages recent, @Nullable DatabaseTier database, int sources, InstantSource clock) {
        this.clock = clock;
        this.recent = recent;
        this.database = database;
        this.sources = new KnownSources(sources);
    }

    /** A store without a database, for routes that are only looked at or tested: nothing of it survives. */
    public static MessageStore inMemory(StoreBounds recent, InstantSource clock) {
        return new MessageStore(new RecentMessages(recent, clock), null, Refill.SOURCE_IDS, clock);
    }

    /**
     * Opens the database, makes or updates its tables, and fills memory from it.
     *
     * @throws StoreException naming the database and what is wrong with it; the database is as it was
     */
    public static MessageStore open(StoreSettings settings, StoreBounds recent, InstantSource clock)
            throws StoreException {
        DatabaseTier.Opened opened = DatabaseTier.open(settings, recent, clock);
        Refill refill = opened.refill();
        RecentMessages memory = new RecentMessages(recent, clock);
        memory.restore(refill.messages(), refill.lastSeen(micros(clock)));
        MessageStore store =
                new MessageStore(memory, opened.tier(), Refill.SOURCE_IDS + settings.queueMessages(), clock);
        store.warnAhead(refill.lastId());
        refill.sourceIds().forEach(id -> store.sources.put(id, DONE));
        return store;
    }

    /** The time in microseconds since the epoch. */
    static long micros(InstantSource clock) {
        Instant now = clock.instant();
        return Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000L), now.getNano() / 1_000);
    }

    /**
     * Keeps a message: everybody can read it when this returns. Does not wait for the database, except where so much
     * waits already that there is no room.
     *
     * @return completes when the database has the message, in the order of the messages; exceptionally with a {@link
     *     RejectedExecutionException} where the store is closed, so that nobody acknowledges it
     * @throws IllegalArgumentException when the topic is no Topic Name
     */
    public CompletionStage<Void> keep(Publication p) {
        CompletableFuture<Void> done;
        try {
            if (database != null) {
                database.awaitRoom();
            }
            synchronized (order) {
                CompletableFuture<Void> known = p.sourceId() == null ? null : sources.get(p.sourceId());
                if (known != null) {
                    return known;
                }
                Optional<StoredMessage> message = recent.keep(p);
                if (message.isEmpty()) {
                    return DONE;
                }
                warnAhead(message.get().id());
                done = database == null ? DONE : database.add(message.get(), p.sourceId());
                if (p.sourceId() != null) {
                    sources.put(p.sourceId(), done);
                }
                for (Consumer<StoredMessage> listener : listeners) {
                    listener.accept(message.get());
                }
            }
        } catch (RejectedExecutionException closed) {
            return CompletableFuture.failedFuture(closed);
        }
        return done;
    }

    /** Ids only grow: what was kept while the clock was ahead decides on the times of all that follows. */
    private void warnAhead(long id) {
        long ahead = id - Math.max(0, micros(clock)) - AHEAD_MICROS;
        boolean isAheadNow = id > 0 && ahead > 0;
        if (isAheadNow && !isAhead) {
            LOG.atWarn()
                    .addKeyValue("newest", Instant.EPOCH.plus(id, ChronoUnit.MICROS))
                    .addKeyValue("clock", clock.instant())
                    .log("The clock is behind the newest message of the store: messages get times after that until the"
                            + " clock is past it");
        }
        isAhead = isAheadNow;
    }

    /**
     * Tells the Retained Message of a topic, from a broker that knows it. History is unchanged. An empty payload means
     * that the topic has none any more. Call it before the message reaches subscribers, or in any case in the order in
     * which the broker set the values.
     */
    public void retained(String topic, byte[] payload) {
        recent.retained(topic, payload);
    }

    /**
     * The messages in memory that match, oldest first.
     *
     * @param after microseconds since the epoch: only messages with a greater timestamp; {@link Long#MIN_VALUE} for all
     */
    public List<StoredMessage> read(TopicFilter filter, long after) {
        return recent.read(filter, after);
    }

    /**
     * Forgets the messages of a topic, in memory and in the database. Its Retained Message is the broker's and stays.
     *
     * @return how many were forgotten, or empty where there was none
     */
    public OptionalInt clear(TopicName topic) {
        OptionalInt inMemory;
        DatabaseTier.Hidden hidden;
        synchronized (order) {
            inMemory = recent.clear(topic);
            hidden = database == null ? null : database.hide(topic, recent.lastTimestamp());
        }
        if (database == null || hidden == null) {
            return inMemory;
        }
        try {
            int count = (int) Math.min(Integer.MAX_VALUE, database.delete(hidden));
            return count == 0 ? inMemory : OptionalInt.of(count);
        } catch (StoreException e) {
            LOG.atWarn()
                    .addKeyValue("topic", topic)
                    .addKeyValue("reason", e.getMessage())
                    .log("Cleared, but it is not written yet");
            return inMemory;
        }
    }

    /** Every topic in memory with at least one message or a Retained Message, sorted by name. */
    public List<TopicSummary> topics() {
        return recent.topics();
    }

    /** How full memory is. */
    public StoreTotals totals() {
        return recent.totals();
    }

    /**
     * Completes when a message with this correlation identifier is kept; call it before you publish. Completes
     * exceptionally with a {@link java.util.concurrent.TimeoutException} after {@code limit}, and is then forgotten.
     * It completes on the thread that keeps the message, so do nothing long in what depends on it.
     */
    public CompletableFuture<StoredMessage> whenKept(String correlationId, Duration limit) {
        return recent.whenKept(correlationId, limit);
    }

    /**
     * Tells each message from now on, as soon as it can be read, in order, on the thread that keeps it. The listener must
     * be quick, must not throw, and must not call the store.
     *
     * @return close it to hear no more
     */
    public AutoCloseable listen(Consumer<StoredMessage> listener) {
        Consumer<StoredMessage> own = listener::accept;
        listeners.add(own);
        return () -> listeners.remove(own);
    }

    /** Every message kept that matches, page by page. Without a database: those in memory. */
    public MessagePages query(MessageQuery query) {
        if (database != null) {
            return database.query(query);
        }
        List<StoredMessage> found = new ArrayList<>(recent.read(query.topics(), query.firstId() - 1));
        found.removeIf(message -> message.timestamp() >= query.to());
        List<StoredMessage> all = found.subList(0, (int) Math.min(found.size(), query.limit()));
        return MessagePages.of(all);
    }

    /**
     * The least, greatest and mean number in each of many stretches of time. What is not a number is left out.
     *
     * @return the stretches that hold a number, oldest first
     * @throws StoreException where the database cannot be read
     */
    public List<SeriesBucket> series(SeriesQuery query) throws StoreException {
        return database == null ? Series.read(query, this::query) : database.series(query);
    }

    /**
     * The last id that a consumer has acknowledged of a Topic Filter, empty where it has none.
     *
     * @throws StoreException where the database cannot be read
     */
    public OptionalLong position(String consumer, TopicFilter filter) throws StoreException {
        return database == null ? positions.get(consumer, filter) : database.position(consumer, filter);
    }

    /**
     * Notes that a consumer has all messages of a Topic Filter up to an id, or up to the newest where the id is greater
     * than any that was given: nobody would get what comes before it. A smaller id than before changes nothing, nor
     * does a new consumer where there are {@link #MAX_CONSUMERS} already.
     *
     * @return the consumer's {@link #position} with it, empty where there is no room for a new one
     * @throws StoreException where the database does not take it within ten seconds; it may still do so later
     */
    public OptionalLong acknowledge(String consumer, TopicFilter filter, long id) throws StoreException {
        long given = Math.min(id, Math.max(recent.lastTimestamp(), micros(clock)));
        return database == null
                ? positions.acknowledge(consumer, filter, given)
                : database.acknowledge(consumer, filter, given);
    }

    /**
     * Every consumer that has acknowledged something, by name and Topic Filter.
     *
     * @throws StoreException where the database cannot be read
     */
    public ConsumerList consumers() throws StoreException {
        return database == null ? positions.list() : database.consumers();
    }

    /**
     * Forgets how far a consumer is: it begins with the oldest message again.
     *
     * @param filter which of its Topic Filters, null for all
     * @return whether there was anything to forget
     * @throws StoreException where the database does not take it within ten seconds; it may still do so later
     */
    public boolean forget(String consumer, @Nullable TopicFilter filter) throws StoreException {
        return database == null ? positions.forget(consumer, filter) : database.forget(consumer, filter);
    }

    /** What the database is behind by; nothing where there is none. */
    public StoreLag lag() {
        return database == null ? new StoreLag(0, 0, null) : database.lag();
    }

    /** Writes what waits, then closes the database. What cannot be written within ten seconds is turned away. */
    @Override
    public void close() {
        if (database != null) {
            database.close();
        }
    }
}
