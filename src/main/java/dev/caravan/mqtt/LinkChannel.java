package dev.caravan.mqtt;

import com.hivemq.client.internal.mqtt.MqttClientConnectionConfig;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The socket of a link, to be closed where the client library cannot: it writes a DISCONNECT first, and a remote that
 * reads nothing never lets it. The library's public interface has no way to the socket, its configuration object has.
 * Safe for threads.
 */
final class LinkChannel {

    private volatile @Nullable Channel channel;

    /** Ends a pause that nobody ends. */
    private volatile @Nullable Future<?> end;

    /** @param configuration what the client has after CONNACK; before that its own timeout ends the attempt */
    void connected(Optional<?> configuration) {
        configuration.ifPresent(present -> {
            if (present instanceof MqttClientConnectionConfig internal) {
                channel = internal.getChannel();
            }
        });
    }

    /** Reads nothing until {@link #resume}, or until the time is over. Before CONNACK and after the end nothing happens. */
    void pause(Duration longest) {
        Channel open = channel;
        if (open != null) {
            open.config().setAutoRead(false);
            Future<?> before = end;
            if (before != null) {
                before.cancel(false);
            }
            end = open.eventLoop()
                    .schedule(() -> open.config().setAutoRead(true), longest.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    void resume() {
        Channel open = channel;
        if (open != null) {
            open.config().setAutoRead(true);
        }
    }

    void close() {
        Channel open = channel;
        if (open != null) {
            var unused = open.close();
        }
    }
}
