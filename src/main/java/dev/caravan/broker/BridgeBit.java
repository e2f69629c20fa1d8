package dev.caravan.broker;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.util.AttributeKey;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyServerConnection;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerConnectionPlugin;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Understands the bridges of Mosquitto, which say what they are by the highest bit of the Protocol Level (0x83, 0x84).
 * The decoder of Artemis 2.55.0 closes the connection of anyone whose level it does not know, without the CONNACK that
 * MQTT 3.1.1 wants (3.1.2-2) and that Mosquitto waits for before it tries without the bit. Here the bit is taken off and
 * remembered; other unknown levels get their CONNACK.
 *
 * <p>Reads in front of the decoder as far as the level of the first packet. What is no CONNECT of MQTT is left to the
 * decoder. Called by Netty's threads; no state but that of each connection.
 */
final class BridgeBit implements ActiveMQServerConnectionPlugin {

    private static final Logger log = LoggerFactory.getLogger(BridgeBit.class);

    private static final String NAME = "caravan-bridge-bit";

    private static final AttributeKey<Boolean> BRIDGE = AttributeKey.valueOf(NAME);

    @Override
    public void afterCreateConnection(RemotingConnection connection) {
        if (connection.getTransportConnection() instanceof NettyServerConnection netty) {
            ChannelPipeline pipeline = netty.getChannel().pipeline();
            ChannelHandlerContext decoder = pipeline.context(MqttDecoder.class);
            if (decoder != null) {
                pipeline.addBefore(decoder.name(), NAME, new Handler());
            }
        }
    }

    /** Whether the client on a channel has sent a CONNECT with the bit. */
    static boolean isBridge(Channel channel) {
        return Boolean.TRUE.equals(channel.attr(BRIDGE).get());
    }

    static final class Handler extends ByteToMessageDecoder {

        private static final byte CONNECT = 0x10;
        private static final int MAX_LENGTH_BYTES = 4;
        private static final int BIT = 0x80;

        /** MQTT 5 has options for what the bit is for, and Mosquitto sends none with it. */
        private static final int MAX_BRIDGE_LEVEL = 4;

        private static final List<Protocol> PROTOCOLS =
                List.of(new Protocol("\0\4MQTT", 4, 5), new Protocol("\0\6MQIsdp", 3, 3));

        private boolean refused;

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            if (refused) {
                in.skipBytes(in.readableBytes());
                return;
            }
            int name = behindRemainingLength(in);
            for (Protocol protocol : in.getByte(in.readerIndex()) == CONNECT ? PROTOCOLS : List.<Protocol>of()) {
                if (protocol.mayBeAt(name, in)) {
                    int level = name + protocol.name.length();
                    if (level < in.writerIndex()) {
                        judge(protocol, level, in, context);
                    }
                    return;
                }
            }
            context.pipeline().remove(this);
        }

        /** Where the Protocol Name begins, or will begin at the earliest. */
        private static int behindRemainingLength(ByteBuf in) {
            int index = in.readerIndex() + 1;
            for (int i = 0; i < MAX_LENGTH_BYTES && index < in.writerIndex(); i++) {
                if (in.getByte(index++) >= 0) {
                    break;
                }
            }
            return index;
        }

        private void judge(Protocol protocol, int index, ByteBuf in, ChannelHandlerContext context) {
            int level = in.getUnsignedByte(index);
            boolean bridge = (level & BIT) != 0 && (level & ~BIT) <= MAX_BRIDGE_LEVEL;
            int plain = bridge ? level & ~BIT : level;
            if (plain >= protocol.lowest && plain <= protocol.highest) {
                if (bridge) {
                    in.setByte(index, plain);
                    context.channel().attr(BRIDGE).set(true);
                }
                context.pipeline().remove(this);
                return;
            }
            // What follows must not reach the decoder until the channel is closed.
            refused = true;
            in.skipBytes(in.readableBytes());
            log.atInfo()
                    .addKeyValue("remote", context.channel().remoteAddress())
                    .addKeyValue("level", level)
                    .log("refused a client whose MQTT protocol level is unknown");
            context.writeAndFlush(MqttMessageBuilders.connAck()
                            .returnCode(MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION)
                            .build())
                    .addListener(ChannelFutureListener.CLOSE);
        }
    }

    private record Protocol(String name, int lowest, int highest) {

        /** Whether what has come so far from an index on is the beginning of the name. */
        boolean mayBeAt(int index, ByteBuf in) {
            int there = Math.min(in.writerIndex() - index, name.length());
            return IntStream.range(0, there).allMatch(i -> in.getByte(index + i) == name.charAt(i));
        }
    }
}
