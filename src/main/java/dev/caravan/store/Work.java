package dev.caravan.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;

/**
 * Something the writer does besides writing messages.
 *
 * @param step what
 * @param done completes when it is committed
 */
record Work(Step step, CompletableFuture<Void> done) {

    /** May be done again from the start, after a failure. */
    interface Step {
        void run(Connection connection) throws SQLException;
    }
}
