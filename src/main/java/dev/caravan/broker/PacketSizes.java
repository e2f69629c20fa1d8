package dev.caravan.broker;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTInterceptor;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTReasonCodes;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyServerConnection;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerConnectionPlugin;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses packets that are too large by the length they begin with (MQTT 5.0, 2.1.4), before anything of them is kept.
 * Artemis 2.55.0 looks at the size of a PUBLISH of MQTT 5 alone, when it has it all in memory, and takes up to 256 MB of
 * anybody. A client of MQTT 5 is sent a DISCONNECT with Packet too large (0x95); for older ones, and for a CONNECT, the
 * connection is closed.
 *
 * <p>The first packet, which comes from a stranger, may have 64 KB at most. What comes before there is MQTT is not bounded
 * here: a WebSocket frame is whole before it is looked at, and the body of an HTTP request is Artemis' to collect.
 *
 * <p>To be registered before {@link BridgeBit}, which keeps the first bytes. Called by Netty's threads; no state but that
 * of each connection.
 */
final class PacketSizes implements ActiveMQServerConnectionPlugin, MQTTInterceptor {

    static final int MAX_FIRST_BYTES = 64 * 1024;

    private static final String NAME = "caravan-packet-sizes";

    private static final Logger log = LoggerFactory.getLogger(PacketSizes.class);

    private final long maxBytes;

    /** @param maxBytes of a whole packet, its fixed header included */
    PacketSizes(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public void afterCreateConnection(RemotingConnection connection) {
        if (connection.getTransportConnection() instanceof NettyServerConnection netty) {
            ChannelPipeline pipeline = netty.getChannel().pipeline();
            ChannelHandlerContext decoder = pipeline.context(MqttDecoder.class);
            if (decoder != null) {
                pipeline.addBefore(decoder.name(), NAME, new Handler(maxBytes));
            }
        }
    }

    @Override
    public boolean intercept(MqttMessage packet, RemotingConnection connection) {
        if (packet instanceof MqttConnectMessage connect
                && connection.getTransportConnection() instanceof NettyServerConnection netty
                && netty.getChannel().pipeline().get(NAME) instanceof Handler handler) {
            handler.canBeTold = connect.variableHeader().version() == MqttVersion.MQTT_5.protocolLevel();
        }
        return true;
    }

    /** Counts along with the packets that pass, on the connection's thread. */
    static final class Handler extends ChannelInboundHandlerAdapter {

        private static final int LENGTH_BITS = 7;
        private static final int MAX_LENGTH_BYTES = 4;
        private static final int SECONDS_TO_READ = 1;

        private final long maxBytes;
        private boolean isFirst = true;
        private boolean refused;
        private boolean canBeTold;

        /** Bytes of the fixed header that have come; 0 between packets. */
        private int headerBytes;

        private int remainingLength;
        private long bodyLeft;

        Handler(long maxBytes) {
            this.maxBytes = maxBytes;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (refused) {
                ((ByteBuf) message).release();
                return;
            }
            ByteBuf in = (ByteBuf) message;
            int packet = in.readerIndex();
            int index = packet;
            while (index < in.writerIndex()) {
                if (bodyLeft > 0) {
                    int body = (int) Math.min(bodyLeft, in.writerIndex() - index);
                    bodyLeft -= body;
                    index += body;
                    packet = index;
                } else if (endsHeader(in.getByte(index++))) {
                    long size = (long) headerBytes + remainingLength;
                    if (size > limit()) {
                        refuse(context, in, packet, size);
                        return;
                    }
                    bodyLeft = remainingLength;
                    headerBytes = 0;
                    remainingLength = 0;
                    isFirst = false;
                    packet = index;
                }
            }
            context.fireChannelRead(in);
        }

        /** A length of five bytes is malformed, which is the decoder's to tell: it reads no further than the fourth. */
        private boolean endsHeader(byte next) {
            if (headerBytes++ == 0) {
                return false;
            }
            remainingLength |= (next & 0x7F) << (LENGTH_BITS * (headerBytes - 2));
            return next >= 0 || headerBytes > MAX_LENGTH_BYTES;
        }

        private long limit() {
            return isFirst ? Math.min(maxBytes, MAX_FIRST_BYTES) : maxBytes;
        }

        private void refuse(ChannelHandlerContext context, ByteBuf in, int packet, long size) {
            refused = true;
            log.atWarn()
                    .addKeyValue("remote", context.channel().remoteAddress())
                    .addKeyValue("bytes", size)
                    .addKeyValue("limit", limit())
                    .log("refused a packet that is too large, and closed the connection");
            // What came before it counts.
            in.writerIndex(packet);
            context.fireChannelRead(in);
            if (canBeTold) {
                context.writeAndFlush(MqttMessageBuilders.disconnect()
                        .reasonCode(MQTTReasonCodes.PACKET_TOO_LARGE)
                        .build());
                // Closed at once, what the client still sends would be answered by a reset, and this lost on its way.
                context.executor().schedule(() -> context.close(), SECONDS_TO_READ, TimeUnit.SECONDS);
            } else {
                context.close();
            }
        }
    }
}
