package dev.caravan.faults;

import dev.caravan.testkit.FaultProxy;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test with two packaged jars, and a link to the remote one that can fail. */
abstract class TwoSites {

    @TempDir
    Path folder;

    Site local;
    Site remote;
    FaultProxy link;

    @BeforeEach
    void start() throws Exception {
        remote = new Site(folder.resolve("remote")).start();
        link = new FaultProxy(remote.port());
        local = prepare(new Site(folder.resolve("local"))).start();
    }

    /** What the local jar has before it starts. */
    Site prepare(Site site) throws Exception {
        return site;
    }

    @AfterEach
    void stop() throws Exception {
        local.close();
        link.close();
        remote.close();
    }
}
