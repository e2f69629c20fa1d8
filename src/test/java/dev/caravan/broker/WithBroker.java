package dev.caravan.broker;

import dev.caravan.testkit.TestSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test with a broker of its own, which it may stop and start again on the same data. */
abstract class WithBroker {

    @TempDir
    Path folder;

    EmbeddedBroker broker;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(TestSettings.in(folder), (topic, payload) -> {});
    }

    @AfterEach
    void stop() {
        broker.stop();
    }

    int port() {
        return broker.port("mqtt").orElseThrow();
    }
}
