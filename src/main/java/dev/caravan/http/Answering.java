package dev.caravan.http;

import dev.caravan.export.QueryException;
import dev.caravan.store.StoreException;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all answers have in common: the query is read, and what goes wrong is answered too. */
final class Answering {

    private static final Logger LOG = LoggerFactory.getLogger(Answering.class);

    static final String NO_STORE = "The message store is not available, see the log";
    static final String INTERNAL = "Internal error, see the log";

    private Answering() {}

    /** What answers one request. */
    interface Work {
        void answer(Query query) throws QueryException, StoreException;
    }

    static void answering(Exchange exchange, Work work) {
        try {
            work.answer(Query.of(exchange));
        } catch (RequestException e) {
            JsonAnswer.error(exchange, e.status(), e.text());
        } catch (QueryException e) {
            JsonAnswer.error(exchange, 400, String.valueOf(e.getMessage()));
        } catch (StoreException e) {
            failed(exchange, e);
            JsonAnswer.error(exchange, 503, NO_STORE);
        } catch (RuntimeException e) {
            failed(exchange, e);
            JsonAnswer.error(exchange, 500, INTERNAL);
        }
    }

    private static void failed(Exchange exchange, Exception e) {
        LOG.atError()
                .addKeyValue("routeId", exchange.getFromRouteId())
                .setCause(e)
                .log("A request failed");
    }

    /** The parameter {@code topic}, which must be there. */
    static String topic(Query query) {
        String topic = query.get("topic");
        if (topic == null || topic.isEmpty()) {
            throw RequestException.badRequest("Missing 'topic' parameter");
        }
        return topic;
    }

    /** Makes a topic of a text, or refuses the request with the rule that is broken. */
    static <T> T valid(Supplier<T> topic) {
        try {
            return topic.get();
        } catch (IllegalArgumentException e) {
            throw RequestException.badRequest(String.valueOf(e.getMessage()));
        }
    }
}
