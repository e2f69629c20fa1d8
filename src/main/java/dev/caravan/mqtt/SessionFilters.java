package dev.caravan.mqtt;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Topic Filters that the durable sessions hold, as far as this run of the program has subscribed them. A session
 * outlives its route, so a route that comes back with another filter finds the old one still subscribed, collecting.
 * Safe for threads.
 */
final class SessionFilters {

    private static final Logger LOG = LoggerFactory.getLogger(SessionFilters.class);

    private record Session(String host, int port, String clientId) {
        static Session of(BrokerAddress address, String clientId) {
            return new Session(address.host(), address.port(), clientId);
        }
    }

    private final Map<Session, Set<String>> filters = new ConcurrentHashMap<>();

    /** To be called before SUBSCRIBE: whether the broker took it, is not always heard. */
    void add(BrokerAddress address, String clientId, String filter) {
        filters.compute(Session.of(address, clientId), (session, known) -> {
            Set<String> all = known == null ? new LinkedHashSet<>() : new LinkedHashSet<>(known);
            all.add(filter);
            return all;
        });
    }

    private void remove(BrokerAddress address, String clientId, String filter) {
        filters.computeIfPresent(Session.of(address, clientId), (session, known) -> {
            Set<String> rest = new LinkedHashSet<>(known);
            rest.remove(filter);
            return rest.isEmpty() ? null : rest;
        });
    }

    /** The broker has no such session any more. */
    void clear(BrokerAddress address, String clientId) {
        filters.remove(Session.of(address, clientId));
    }

    /**
     * Takes from the session whatever is not wanted. To be called after SUBSCRIBE, so that no message falls between the
     * old filter and the new one; what comes by the old one meanwhile and fits the new one may arrive twice.
     */
    void unsubscribeOthers(Link link, BrokerAddress address, String clientId, String wanted) {
        for (String other : filters.getOrDefault(Session.of(address, clientId), Set.of())) {
            if (!other.equals(wanted)) {
                var unused = link.unsubscribe(other).whenComplete((done, error) -> {
                    if (error == null) {
                        remove(address, clientId, other);
                        LOG.atInfo()
                                .addKeyValue("broker", address)
                                .addKeyValue("clientId", clientId)
                                .addKeyValue("topicFilter", other)
                                .log("MQTT unsubscribed: the route has another filter now");
                    }
                });
            }
        }
    }
}
