package dev.caravan.broker;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTInterceptor;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTProtocolHandler;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyServerConnection;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;

/**
 * Lets a client's last packets count. Artemis 2.55.0 puts packets in a line for another thread, but closes the session
 * as soon as the socket closes: the Will Message overtakes what the client published before, and what still stands in
 * the line may be lost. Here the news that the socket is closed stands in the same line.
 *
 * <p>Added to each connection by its CONNECT. Called by Netty's threads; no state of its own.
 */
final class OrderlyClose implements MQTTInterceptor {

    private static final String NAME = "caravan-orderly-close";

    /** The name under which Artemis adds the handler that ends the connection. */
    private static final String ARTEMIS_HANDLER = "handler";

    @Override
    public boolean intercept(MqttMessage packet, RemotingConnection connection) {
        if (packet instanceof LastPacket last) {
            last.inLine = true;
        } else if (packet instanceof MqttConnectMessage
                && connection.getTransportConnection() instanceof NettyServerConnection netty) {
            ChannelPipeline pipeline = netty.getChannel().pipeline();
            if (pipeline.get(NAME) == null && pipeline.get(ARTEMIS_HANDLER) != null) {
                pipeline.addBefore(ARTEMIS_HANDLER, NAME, new Handler());
            }
        }
        return true;
    }

    private static final class Handler extends ChannelInboundHandlerAdapter {

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            MQTTProtocolHandler mqtt = context.pipeline().get(MQTTProtocolHandler.class);
            LastPacket last = new LastPacket(context);
            if (mqtt != null) {
                mqtt.channelRead(context.pipeline().context(mqtt), last);
            }
            if (!last.inLine) {
                // The session is closed already: nothing is waited for.
                context.fireChannelInactive();
            }
        }
    }

    /**
     * A packet that no client may send. Artemis answers its type by closing the session, as it does when a socket
     * closes, and then releases it: the sign that all before it have been worked off.
     */
    private static final class LastPacket extends MqttMessage implements ReferenceCounted {

        private final AbstractReferenceCounted references;
        private boolean inLine;

        LastPacket(ChannelHandlerContext context) {
            super(new MqttFixedHeader(MqttMessageType.UNSUBACK, false, MqttQoS.AT_MOST_ONCE, false, 0));
            references = new AbstractReferenceCounted() {
                @Override
                protected void deallocate() {
                    context.executor().execute(context::fireChannelInactive);
                }

                @Override
                public ReferenceCounted touch(Object hint) {
                    return this;
                }
            };
        }

        @Override
        public int refCnt() {
            return references.refCnt();
        }

        @Override
        public ReferenceCounted retain() {
            references.retain();
            return this;
        }

        @Override
        public ReferenceCounted retain(int increment) {
            references.retain(increment);
            return this;
        }

        @Override
        public ReferenceCounted touch() {
            return this;
        }

        @Override
        public ReferenceCounted touch(Object hint) {
            return this;
        }

        @Override
        public boolean release() {
            return references.release();
        }

        @Override
        public boolean release(int decrement) {
            return references.release(decrement);
        }
    }
}
