package dev.caravan.broker;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.io.IOCallback;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTInterceptor;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTProtocolHandler;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTUtil;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyServerConnection;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.ServerConsumer;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerMessagePlugin;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;

/**
 * Lets Retain As Published (MQTT 5.0, 3.3.1-12, 3.3.1-13) hold for every subscription. Artemis 2.55.0 looks the option up
 * by the Topic Name of the message: wildcard and shared subscriptions never have it, and overlapping ones get that of
 * another. Here a PUBLISH with the wrong RETAIN flag is written anew, at the place and time of the first one.
 *
 * <p>The last of the outgoing interceptors, as none after it would see that packet. Called by the broker's threads, safe
 * for many at a time.
 */
final class RetainAsPublished implements ActiveMQServerMessagePlugin, MQTTInterceptor {

    /** Whose live message with RETAIN this thread is about to write. */
    private final ThreadLocal<ServerConsumer> delivering = new ThreadLocal<>();

    private final ActiveMQServer server;
    private final SubscriptionOptions options;

    RetainAsPublished(ActiveMQServer server, SubscriptionOptions options) {
        this.server = server;
        this.options = options;
    }

    @Override
    public void beforeDeliver(ServerConsumer consumer, MessageReference reference) {
        Message message = reference.getMessage();
        if (Boolean.TRUE.equals(message.getObjectProperty(MQTTUtil.MQTT_MESSAGE_RETAIN_KEY))
                && !message.containsProperty(MQTTUtil.MQTT_MESSAGE_RETAIN_INITIAL_DISTRIBUTION_KEY)) {
            delivering.set(consumer);
        }
    }

    @Override
    public void afterDeliver(ServerConsumer consumer, MessageReference reference) {
        delivering.remove();
    }

    @Override
    public boolean intercept(MqttMessage packet, RemotingConnection connection) {
        ServerConsumer consumer = packet instanceof MqttPublishMessage ? delivering.get() : null;
        if (consumer == null || !(packet instanceof MqttPublishMessage publish)) {
            return true;
        }
        Queue queue = consumer.getQueue();
        MqttSubscriptionOption option = options.find(
                connection.getClientID(),
                queue.getName().toString(),
                queue.getAddress().toString());
        MqttFixedHeader header = publish.fixedHeader();
        if (option == null || option.isRetainAsPublished() == header.isRetain()) {
            return true;
        }
        MqttFixedHeader right = new MqttFixedHeader(
                header.messageType(),
                header.isDup(),
                header.qosLevel(),
                option.isRetainAsPublished(),
                header.remainingLength());
        // Takes over the one reference to the payload.
        return !write(new MqttPublishMessage(right, publish.variableHeader(), publish.payload()), connection);
    }

    /** As {@link MQTTProtocolHandler} does it, so that no packet overtakes another. False where the channel is closed. */
    private boolean write(MqttPublishMessage publish, RemotingConnection connection) {
        ChannelHandlerContext context = connection.getTransportConnection() instanceof NettyServerConnection netty
                ? netty.getChannel().pipeline().context(MQTTProtocolHandler.class)
                : null;
        if (context == null) {
            return false;
        }
        server.getStorageManager().afterCompleteOperations(new IOCallback() {
            @Override
            public void done() {
                context.writeAndFlush(publish, context.voidPromise());
            }

            @Override
            public void onError(int errorCode, String errorMessage) {
                publish.release();
            }
        });
        return true;
    }
}
