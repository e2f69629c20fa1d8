package dev.caravan.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One network connection, from CONNECT to its end; never used again after that. A new one for each attempt, because the
 * client library keeps messages of a lost connection in its queue of acknowledgements: the broker's redelivery then
 * exceeds the Receive Maximum or is never acknowledged (hivemq-mqtt-client issue 796). So an acknowledgement can only
 * go out on the connection its message came from.
 *
 * <p>All calls to the listener come from the link's own thread, but for {@link #abort}. Methods are safe for any thread and never block.
 */
interface Link {

    /** Hears what happens to a link. */
    interface Listener {

        void connected(Link link, Accepted accepted);

        /** @param acknowledge to be run once, on any thread; does nothing after the link's end */
        void arrived(Link link, Mqtt5Publish message, Runnable acknowledge);

        /** The last call, exactly once, also where no connection came about. */
        void ended(Link link, Throwable cause);
    }

    /** What a broker granted in its CONNACK. */
    record Accepted(
            boolean sessionPresent,
            int receiveMaximum,
            MqttQos maximumQos,
            boolean retainAvailable,
            Map<String, String> userProperties) {}

    void open();

    /** Fails with {@link Refused} if the broker refuses. */
    CompletableFuture<Void> subscribe(ClientOptions.Subscription subscription);

    /** Done as soon as the broker has answered, whatever it said: not to be subscribed is what was wanted. */
    CompletableFuture<Void> unsubscribe(String topicFilter);

    /** @param done gets null once the broker has taken the message, {@link Refused}, or why it is not known */
    void publish(Mqtt5Publish message, Consumer<@Nullable Throwable> done);

    /** Writes DISCONNECT after the acknowledgements that are on their way; complete when the link has ended. */
    CompletableFuture<Void> close(boolean endSession);

    /**
     * Ends now, without DISCONNECT, so that the broker publishes the Will; acknowledgements on their way may be lost. Does
     * nothing after the end. Tells the listener before it returns.
     */
    void abort(Throwable cause);

    /** Reads nothing more until {@link #resume}, but for what is on its way inside, or until the time is over. */
    void pause(Duration longest);

    void resume();

    boolean hasEnded();

    /** The broker answered, and the answer was no. */
    final class Refused extends Exception {

        private static final long serialVersionUID = 1L;

        private final int code;

        Refused(int code, String name) {
            super(name);
            this.code = code;
        }

        int code() {
            return code;
        }
    }
}
