package dev.caravan.bridge;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One side of a bridge as something to publish to. */
interface Sink {

    /** @param outcome told once, on any thread: null when the broker there has the message, or why it was not taken */
    void publish(Mqtt5Publish message, Consumer<@Nullable Exception> outcome);
}
