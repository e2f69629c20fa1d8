package dev.caravan.broker;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client of MQTT 3.x that sends the level it is told, as no library does. Its packets are short. */
final class RawBridge implements AutoCloseable {

    private static final int SOON = 60_000;
    private static final int QUIET = 500;

    private final Socket socket;
    private final DataInputStream in;
    private final List<String> received = new ArrayList<>();

    private RawBridge(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
    }

    static RawBridge connect(int port, int level, String clientId, boolean cleanSession) throws IOException {
        RawBridge bridge = new RawBridge(port);
        bridge.socket.getOutputStream().write(connectPacket(level, clientId, cleanSession));
        bridge.expect(0x20);
        return bridge;
    }

    static byte[] connectPacket(int level, String clientId, boolean cleanSession) throws IOException {
        return packet(0x10, out -> {
            out.writeUTF((level & 0x7f) == 3 ? "MQIsdp" : "MQTT");
            out.writeByte(level);
            out.writeByte(cleanSession ? 2 : 0);
            out.writeShort(60);
            out.writeUTF(clientId);
        });
    }

    void subscribe(String filter) throws IOException {
        socket.getOutputStream().write(packet(0x82, out -> {
            out.writeShort(1);
            out.writeUTF(filter);
            out.writeByte(1);
        }));
        expect(0x90);
    }

    void publish(String topic, String payload, boolean retain) throws IOException {
        socket.getOutputStream().write(packet(retain ? 0x33 : 0x32, out -> {
            out.writeUTF(topic);
            out.writeShort(2);
            out.write(payload.getBytes(StandardCharsets.UTF_8));
        }));
        expect(0x40);
    }

    /** So many messages as are expected and whatever comes a moment later, as {@code topic payload retain}. */
    List<String> received(int expected) throws IOException {
        try {
            while (true) {
                socket.setSoTimeout(received.size() < expected ? SOON : QUIET);
                read();
            }
        } catch (SocketTimeoutException e) {
            List<String> all = List.copyOf(received);
            received.clear();
            return all;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void expect(int type) throws IOException {
        socket.setSoTimeout(SOON);
        int answer;
        do {
            answer = read();
        } while ((answer & 0xf0) == 0x30);
        if (answer != type) {
            throw new IOException("expected " + type + ", got " + answer);
        }
    }

    private int read() throws IOException {
        int type = in.readUnsignedByte();
        byte[] body = new byte[in.readUnsignedByte()];
        in.readFully(body);
        if ((type & 0xf0) == 0x30) {
            int topic = body[1];
            boolean acknowledged = (type & 0x06) != 0;
            int payload = 2 + topic + (acknowledged ? 2 : 0);
            received.add(new String(body, 2, topic, StandardCharsets.UTF_8) + " "
                    + new String(body, payload, body.length - payload, StandardCharsets.UTF_8) + " "
                    + ((type & 1) != 0));
            if (acknowledged) {
                socket.getOutputStream().write(new byte[] {0x40, 2, body[2 + topic], body[3 + topic]});
            }
        } else if (type == 0x20 && body[1] != 0) {
            throw new IOException("refused: " + body[1]);
        }
        return type;
    }

    private static byte[] packet(int type, Body body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        body.write(new DataOutputStream(bytes));
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(type);
        packet.write(bytes.size());
        bytes.writeTo(packet);
        return packet.toByteArray();
    }

    private interface Body {
        void write(DataOutputStream out) throws IOException;
    }
}
