package dev.caravan.store;

import java.nio.file.Path;

/**
 * Where the message store keeps its messages, and how.
 *
 * @param file the SQLite file; used where {@code url} is empty
 * @param url a JDBC URL such as {@code jdbc:postgresql://host/database}, or empty
 * @param user the user of the database, empty for none
 * @param password the password, empty for none; never part of a message
 * @param limits how much is kept
 * @param queueMessages how many messages may wait for the database before whoever brings more has to wait
 * @param sync whether each commit of the SQLite file reaches the disk before a message counts as kept. Without, a kill
 *     of the process loses nothing, but a loss of power may lose the last seconds; the file stays whole
 */
public record StoreSettings(
        Path file, String url, String user, String password, StoreLimits limits, int queueMessages, boolean sync) {

    /** @throws IllegalArgumentException when the queue could hold nothing */
    public StoreSettings {
        if (queueMessages < 1) {
            throw new IllegalArgumentException("queueMessages must be at least 1");
        }
    }

    @Override
    public String toString() {
        return url.isEmpty() ? file.toString() : url;
    }
}
