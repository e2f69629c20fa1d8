package dev.caravan.broker;

/** Is told what the embedded broker retains. Called on broker threads: must be quick and safe for many at a time. */
@FunctionalInterface
public interface RetainedListener {

    /**
     * A message was published with the retain flag.
     *
     * @param topic the Topic Name
     * @param payload the retained value; empty when the publisher cleared it
     */
    void retained(String topic, byte[] payload);
}
