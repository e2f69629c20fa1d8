package dev.caravan.routetest;

import java.io.IOException;

/** The files that a test may name as payloads. */
@FunctionalInterface
interface PayloadFiles {

    /**
     * @param name relative to the folder of the test file, with {@code /} between names
     * @throws IOException saying why it cannot be read
     */
    byte[] read(String name) throws IOException;
}
