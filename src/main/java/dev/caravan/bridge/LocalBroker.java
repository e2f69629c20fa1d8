package dev.caravan.bridge;

/** The broker at this end of the bridges. Safe for threads. */
public interface LocalBroker {

    /** What receives the messages of a queue. Called by one thread at a time, in the order of the queue. */
    interface Receiver {

        /** Whether a message belongs into the queue. Called often, by many threads, for every message of the broker. */
        boolean wants(BridgeMessage message);

        boolean isReady();

        void take(BridgeMessage message, Runnable acknowledge);

        /** One was given up, or refused to its publisher, because the queue is full. */
        void dropped();

        /** One of QoS 0 was given up because nothing flows. */
        void missed();
    }

    /** What is to be sent to a remote, in order, until it is acknowledged. Outlives the process. */
    interface Queue extends AutoCloseable {

        /** Whether messages are being taken; while they are not, those of QoS 0 may stay out. */
        void setFlowing(boolean flowing);

        /** Asks the receiver again whether it is ready. */
        void wake();

        /** Messages that wait or are out; -1 where nobody knows. */
        long messages();

        /** Bytes of these; -1 where nobody knows. */
        long bytes();

        /** When the oldest of these was received, milliseconds since 1970; 0 where there is none. */
        long oldestMillis();

        /** Whether enough of the bounds is free to call a queue that was full well again. */
        boolean hasRoom();

        /** Stops handing out; what is not acknowledged stays. */
        @Override
        void close();
    }

    /** A name of the broker that no other one has, without commas. */
    String node();

    /** Where clients reach it. */
    String url();

    /** User name there, or a reference to one; empty for none. */
    String user();

    String password();

    /** The beginning of our own Client Identifiers there. */
    String clientId();

    /** Whether no client may publish to a topic. */
    boolean refuses(String topic);

    /** Leaves the queue of a bridge that is off as it is. */
    void hold(BridgeSettings bridge);

    /** Opens the queue of a bridge's out lines, with what is in it from before. */
    Queue open(BridgeSettings bridge, Receiver receiver);
}
