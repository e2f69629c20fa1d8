package dev.caravan.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A link that can be missing: a port that leads to another one, but only while the gate is open. */
public final class TcpGate implements AutoCloseable {

    private final int port;
    private final int target;
    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();

    public TcpGate(int target) throws IOException {
        this.target = target;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = free.getLocalPort();
        }
    }

    public int port() {
        return port;
    }

    public void open() throws IOException {
        ServerSocket server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        open.add(server);
        daemon(() -> {
            while (true) {
                Socket client = server.accept();
                Socket remote = new Socket(InetAddress.getLoopbackAddress(), target);
                open.add(client);
                open.add(remote);
                pump(client.getInputStream(), remote.getOutputStream());
                pump(remote.getInputStream(), client.getOutputStream());
            }
        });
    }

    /** Cuts every connection and refuses new ones. */
    @Override
    public void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        open.clear();
    }

    private static void pump(InputStream from, OutputStream to) {
        daemon(() -> {
            try (from;
                    to) {
                from.transferTo(to);
            }
        });
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // A cut connection ends its pump.
                return;
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
