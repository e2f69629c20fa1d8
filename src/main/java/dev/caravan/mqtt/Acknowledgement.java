package dev.caravan.mqtt;

import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends an acknowledgement if its connection still stands; otherwise the broker redelivers, which is right. */
final class Acknowledgement {

    private static final Logger LOG = LoggerFactory.getLogger(Acknowledgement.class);

    private Acknowledgement() {}

    static void send(Link link, Runnable acknowledge) {
        if (link.hasEnded()) {
            return;
        }
        try {
            acknowledge.run();
        } catch (IllegalStateException | RejectedExecutionException e) {
            // Acknowledged before, or the link's thread ended meanwhile: neither may stop the flow.
            LOG.atDebug().setCause(e).log("Acknowledgement not sent");
        }
    }
}
