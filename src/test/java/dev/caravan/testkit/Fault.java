package dev.caravan.testkit;

/** What is wrong with one direction of a {@link FaultProxy}. Used on the proxy's thread only. */
final class Fault {

    boolean stalled;
    boolean blackhole;
    long delayNanos;

    /** 0 for no limit. */
    long bytesPerSecond;

    void lift() {
        stalled = false;
        blackhole = false;
        delayNanos = 0;
        bytesPerSecond = 0;
    }
}
