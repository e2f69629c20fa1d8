package dev.caravan.broker;

import dev.caravan.settings.HostRule;
import dev.caravan.settings.Key;
import dev.caravan.settings.Settings;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyServerConnection;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerConnectionPlugin;
import org.apache.activemq.artemis.core.server.protocol.websocket.WebSocketServerHandler;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps pages of other sites away from the WebSocket listener: a browser connects anywhere for any page, and says in
 * Origin for which. The rule is that of HTTP, {@link HostRule}; what sends no Origin is no browser. Artemis 2.55.0 answers
 * the upgrade before anybody is asked, so the connection is closed (1008, Policy Violation) instead of its first packet
 * being read.
 *
 * <p>Called by Netty's threads; no state.
 */
final class WebOrigins implements ActiveMQServerConnectionPlugin {

    private static final Logger log = LoggerFactory.getLogger(WebOrigins.class);

    private final HostRule rule;

    WebOrigins(HostRule rule) {
        this.rule = rule;
    }

    /** As for HTTP, but for the address of {@code mqtt.host}. */
    static HostRule rule(Settings settings) {
        boolean loopback;
        try {
            loopback = InetAddress.getByName(settings.asMap().getOrDefault(Key.MQTT_HOST.dotted(), ""))
                    .isLoopbackAddress();
        } catch (UnknownHostException e) {
            // The listener says so; until then the stricter rule.
            loopback = true;
        }
        return new HostRule(loopback, settings.words(Key.HTTP_ALLOWED_HOSTS));
    }

    @Override
    public void afterCreateConnection(RemotingConnection connection) {
        if (connection.getTransportConnection() instanceof NettyServerConnection netty) {
            ChannelPipeline pipeline = netty.getChannel().pipeline();
            ChannelHandlerContext webSocket = pipeline.context(WebSocketServerHandler.class);
            ChannelHandlerContext decoder = pipeline.context(MqttDecoder.class);
            if (webSocket == null || decoder == null) {
                return;
            }
            HttpHeaders headers = ((WebSocketServerHandler) webSocket.handler())
                    .getHttpRequest()
                    .headers();
            if (!allows(headers)) {
                log.atWarn()
                        .addKeyValue("remote", connection.getRemoteAddress())
                        .addKeyValue("origin", headers.get(HttpHeaderNames.ORIGIN))
                        .addKeyValue("host", headers.get(HttpHeaderNames.HOST))
                        .log(
                                "refused a web page that is not from here; {} names further hosts",
                                Key.HTTP_ALLOWED_HOSTS.dotted());
                pipeline.addBefore(decoder.name(), "caravan-refused", new Refused());
                webSocket
                        .writeAndFlush(new CloseWebSocketFrame(
                                WebSocketCloseStatus.POLICY_VIOLATION, "Origin is not allowed here"))
                        .addListener(ChannelFutureListener.CLOSE);
            }
        }
    }

    private boolean allows(HttpHeaders headers) {
        List<String> origins = headers.getAll(HttpHeaderNames.ORIGIN);
        String host = headers.get(HttpHeaderNames.HOST);
        return origins.isEmpty()
                || (rule.allowsHost(host) && origins.stream().allMatch(origin -> rule.allowsOrigin(origin, host)));
    }

    /** Nothing of it reaches the decoder until the connection is closed. */
    private static final class Refused extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            ReferenceCountUtil.release(bytes);
        }
    }
}
