package dev.caravan.broker;

import java.util.Map;
import java.util.function.Predicate;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.filter.Filter;
import org.apache.activemq.artemis.selector.filter.Filterable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides in Java what is routed into a {@link ForwardQueue}. One that fails lets the message in rather than lose it. */
final class ForwardFilter implements Filter {

    private static final Logger log = LoggerFactory.getLogger(ForwardFilter.class);

    private final Predicate<Message> admission;

    ForwardFilter(Predicate<Message> admission) {
        this.admission = admission;
    }

    @Override
    public boolean match(Message message) {
        try {
            return admission.test(message);
        } catch (RuntimeException e) {
            log.atWarn().addKeyValue("topic", message.getAddress()).setCause(e).log("not judged, kept for the bridge");
            return true;
        }
    }

    @Override
    public boolean match(Map<String, String> map) {
        return false;
    }

    @Override
    public boolean match(Filterable filterable) {
        return false;
    }

    @Override
    public @Nullable SimpleString getFilterString() {
        return null;
    }
}
