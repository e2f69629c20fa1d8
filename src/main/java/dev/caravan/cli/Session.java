package dev.caravan.cli;

import org.jspecify.annotations.Nullable;

/**
 * What a client asks the broker to keep for it.
 *
 * @param clientId empty: the broker chooses one
 * @param persistent whether subscriptions and messages wait for the client while it is away, without end
 * @param will what the broker publishes when the client vanishes
 * @param reconnects whether a lost connection is made again, and unacknowledged messages are sent again on it
 */
record Session(
        String clientId, boolean persistent, @Nullable OutgoingMessage will, boolean reconnects) {}
