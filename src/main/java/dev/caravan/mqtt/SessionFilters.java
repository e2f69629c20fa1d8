package dev.caravan.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Topic Filters that our durable sessions hold at their brokers. A session outlives its route, so a route that comes
 * back with another filter finds the old one still subscribed, collecting. Kept in a file, where one is given, so that
 * an edit made while the program was stopped counts too. Safe for threads.
 */
final class SessionFilters {

    private static final Logger LOG = LoggerFactory.getLogger(SessionFilters.class);
    private static final String SEPARATOR = "\n";

    private final @Nullable Path file;
    private final Properties filters = new Properties();

    /** @param file read now and written at each change, or null to remember for this run only */
    SessionFilters(@Nullable Path file) {
        this.file = file;
        if (file != null && Files.exists(file)) {
            try (InputStream in = Files.newInputStream(file)) {
                filters.load(in);
            } catch (IOException | IllegalArgumentException e) {
                LOG.atWarn()
                        .addKeyValue("file", file)
                        .log("not read; subscriptions of before stay at their brokers: {}", e.toString());
            }
        }
    }

    private static String key(BrokerAddress address, String clientId) {
        return address.host() + ":" + address.port() + " " + clientId;
    }

    private Set<String> known(String key) {
        String text = filters.getProperty(key, "");
        return text.isEmpty() ? Set.of() : new LinkedHashSet<>(List.of(text.split(SEPARATOR)));
    }

    private void put(String key, Set<String> wanted) {
        if (wanted.isEmpty()) {
            filters.remove(key);
        } else {
            filters.setProperty(key, String.join(SEPARATOR, wanted));
        }
        if (file != null) {
            Path written = file.resolveSibling(file.getFileName() + ".new");
            try {
                Files.createDirectories(file.toAbsolutePath().getParent());
                try (OutputStream out = Files.newOutputStream(written)) {
                    filters.store(out, "Topic Filters of durable sessions, by broker and Client Identifier");
                }
                Files.move(written, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                LOG.atWarn().addKeyValue("file", file).log("not written: {}", e.toString());
            }
        }
    }

    /** To be called before SUBSCRIBE: whether the broker took it, is not always heard. */
    synchronized void add(BrokerAddress address, String clientId, Set<String> wanted) {
        String key = key(address, clientId);
        Set<String> all = new LinkedHashSet<>(known(key));
        if (all.addAll(wanted)) {
            put(key, all);
        }
    }

    private synchronized void remove(BrokerAddress address, String clientId, Set<String> given) {
        String key = key(address, clientId);
        Set<String> rest = new LinkedHashSet<>(known(key));
        if (rest.removeAll(given)) {
            put(key, rest);
        }
    }

    /** The broker has no such session any more. */
    synchronized void clear(BrokerAddress address, String clientId) {
        String key = key(address, clientId);
        if (filters.containsKey(key)) {
            put(key, Set.of());
        }
    }

    /**
     * Takes from the session whatever is not wanted. To be called after SUBSCRIBE, so that no message falls between the
     * old filter and the new one; what comes by the old one meanwhile and fits the new one may arrive twice. A filter is
     * remembered until the broker has answered.
     */
    void unsubscribeOthers(Link link, BrokerAddress address, String clientId, Set<String> wanted, Executor writer) {
        Set<String> others;
        synchronized (this) {
            others = new LinkedHashSet<>(known(key(address, clientId)));
        }
        others.removeAll(wanted);
        if (others.isEmpty()) {
            return;
        }
        Set<String> answered = ConcurrentHashMap.newKeySet();
        CompletableFuture<?>[] answers = others.stream()
                .map(other -> link.unsubscribe(other).handle((done, error) -> error == null && answered.add(other)))
                .toArray(CompletableFuture[]::new);
        var unused = CompletableFuture.allOf(answers)
                .thenRunAsync(
                        () -> {
                            remove(address, clientId, answered);
                            answered.forEach(other -> LOG.atInfo()
                                    .addKeyValue("broker", address)
                                    .addKeyValue("clientId", clientId)
                                    .addKeyValue("topicFilter", other)
                                    .log("MQTT unsubscribed: the route has another filter now"));
                        },
                        writer);
    }
}
