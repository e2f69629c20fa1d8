package dev.caravan.mqtt;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * What a connection is to be subscribed to, and what each of its brokers has granted. A grant counts once its SUBACK has
 * come, for as long as that broker keeps the session: what a lost link left unanswered is asked for again on the next
 * one, and so is what was refused. What is granted is not asked for again, since MQTT 3.1.1 would then repeat its
 * Retained Messages (3.8.4).
 *
 * <p>Safe for threads. {@link #request} may write a file.
 */
final class Subscriptions {

    private final ClientOptions options;
    private final SessionFilters filters;
    private final Executor writer;
    private final Set<String> wanted;
    private final Map<BrokerAddress, Set<ClientOptions.Subscription>> granted = new HashMap<>();

    /** @param writer runs what takes a disk's time, in order */
    Subscriptions(ClientOptions options, SessionFilters filters, Executor writer) {
        this.options = options;
        this.filters = filters;
        this.writer = writer;
        this.wanted = options.subscriptions().stream()
                .map(ClientOptions.Subscription::topicFilter)
                .collect(Collectors.toUnmodifiableSet());
    }

    boolean isEmpty() {
        return wanted.isEmpty();
    }

    /** Everything is to be asked for again: the sessions may have changed while nobody looked. */
    synchronized void forget() {
        granted.clear();
    }

    /** The broker has a new session. To be called at once: the link that brought the news may end before any request. */
    synchronized void forget(BrokerAddress broker) {
        granted.remove(broker);
    }

    /**
     * Subscribes to whatever is not granted yet, all at once, and once all is granted unsubscribes from what an earlier
     * route left in the session; that needs no answer now, it is repeated on each link until the broker has given one.
     *
     * @param newSession whether the broker has just begun the session
     * @return what was refused, each with its reason, as soon as all is answered; exceptional, with the link closed, if
     *     something was not
     */
    CompletableFuture<List<String>> request(Link link, BrokerAddress broker, boolean newSession) {
        if (newSession) {
            filters.clear(broker, options.clientId());
        }
        List<ClientOptions.Subscription> missing;
        synchronized (this) {
            Set<ClientOptions.Subscription> known = granted.getOrDefault(broker, Set.of());
            missing = options.subscriptions().stream()
                    .filter(subscription -> !known.contains(subscription))
                    .toList();
        }
        if (!missing.isEmpty() && !options.cleanStart()) {
            filters.add(broker, options.clientId(), wanted);
        }
        // Each has its own answer, and one that is refused leaves the others working.
        List<String> refusals = new CopyOnWriteArrayList<>();
        AtomicBoolean unanswered = new AtomicBoolean();
        CompletableFuture<?>[] answers = missing.stream()
                .map(subscription -> link.subscribe(subscription).handle((done, error) -> {
                    Throwable cause = error instanceof CompletionException wrapped && wrapped.getCause() != null
                            ? wrapped.getCause()
                            : error;
                    if (cause == null) {
                        granted(link, broker, subscription);
                    } else if (cause instanceof Link.Refused refused) {
                        refusals.add(subscription.topicFilter() + ": " + refused.getMessage());
                    } else {
                        unanswered.set(true);
                    }
                    return null;
                }))
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(answers).thenApply(all -> {
            if (unanswered.get() || link.hasEnded()) {
                if (!link.hasEnded()) {
                    var unused = link.close(false);
                }
                throw new IllegalStateException("SUBSCRIBE was not answered");
            }
            if (refusals.isEmpty()) {
                filters.unsubscribeOthers(link, broker, options.clientId(), wanted, writer);
            }
            return refusals;
        });
    }

    private synchronized void granted(Link link, BrokerAddress broker, ClientOptions.Subscription subscription) {
        if (!link.hasEnded()) {
            granted.computeIfAbsent(broker, key -> new HashSet<>()).add(subscription);
        }
    }
}
