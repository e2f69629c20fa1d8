package dev.caravan.mqtt;

import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Says in the log how a connection fares: that it stands always, why it does not every ten minutes. Safe for threads. */
final class ConnectionLog {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final Duration WARN_PERIOD = Duration.ofMinutes(10);

    private final String name;
    private final String clientId;
    private final Throttle warnings;

    ConnectionLog(String name, String clientId, Clock clock) {
        this.name = name;
        this.clientId = clientId;
        this.warnings = new Throttle(clock, WARN_PERIOD);
    }

    /** The next trouble is news. */
    void begin() {
        warnings.reset();
    }

    void connected(BrokerAddress broker) {
        warnings.reset();
        about(LOG.atInfo(), broker).log("MQTT connected");
    }

    void trouble(BrokerAddress broker, String what, String reason) {
        if (warnings.admit() >= 0) {
            about(LOG.atWarn(), broker).addKeyValue("reason", reason).log(what);
        }
    }

    void flooded(BrokerAddress broker, int receiveMaximum) {
        about(LOG.atWarn(), broker)
                .addKeyValue("receiveMaximum", receiveMaximum)
                .log("The broker ignores the Receive Maximum: what it sends ahead is kept in memory from now on");
    }

    void noMoreAttempts(Throwable rejection) {
        LOG.atDebug().setCause(rejection).log("No more attempts: the component has stopped");
    }

    private LoggingEventBuilder about(LoggingEventBuilder event, BrokerAddress broker) {
        return event.addKeyValue("connection", name)
                .addKeyValue("broker", broker)
                .addKeyValue("clientId", clientId);
    }
}
