package dev.caravan.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntPredicate;

/**
 * Ports that stay free while nobody listens at them, for what is stopped and comes back. They lie below those that
 * systems give to connections and to whoever asks for port 0: a client that tries again and again to connect to one of
 * those can even be given it for itself.
 */
public final class Ports {

    private static final int FIRST = 20_000;
    private static final int COUNT = 12_000;
    private static final int TRIES = 100;

    private Ports() {}

    /** A port of the loopback address at which nobody listens. */
    public static int free() {
        return claim(Ports::isFree);
    }

    /**
     * Tries ports until one is taken.
     *
     * @param taken whether a port could be had
     */
    static int claim(IntPredicate taken) {
        for (int tries = 0; tries < TRIES; tries++) {
            int candidate = FIRST + ThreadLocalRandom.current().nextInt(COUNT);
            if (taken.test(candidate)) {
                return candidate;
            }
        }
        throw new IllegalStateException("no free port in " + TRIES + " tries from " + FIRST + " on");
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (BindException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
