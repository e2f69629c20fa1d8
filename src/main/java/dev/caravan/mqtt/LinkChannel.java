package dev.caravan.mqtt;

import com.hivemq.client.internal.mqtt.MqttClientConnectionConfig;
import io.netty.channel.Channel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The socket of a link, to be closed or left unread where the client library cannot: it writes a DISCONNECT first, and a
 * remote that reads nothing never lets it; and it reads QoS 0 messages whether they can be routed or not. The library's public interface has no way to the socket, its configuration object has.
 * Safe for threads.
 */
final class LinkChannel {

    private volatile @Nullable Channel channel;

    /** @param configuration what the client has after CONNACK; before that its own timeout ends the attempt */
    void connected(Optional<?> configuration) {
        configuration.ifPresent(present -> {
            if (present instanceof MqttClientConnectionConfig internal) {
                channel = internal.getChannel();
            }
        });
    }

    /** Reads on, or leaves what comes to the network, which makes the remote wait. */
    void read(boolean on) {
        Channel open = channel;
        if (open != null) {
            open.config().setAutoRead(on);
        }
    }

    void close() {
        Channel open = channel;
        if (open != null) {
            var unused = open.close();
        }
    }
}
