package dev.caravan.testkit;

import dev.caravan.testkit.FaultProxy.Direction;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import org.jspecify.annotations.Nullable;

/** One connection through a {@link FaultProxy}: two channels and a {@link Lane} each way. On the proxy's thread only. */
final class ProxyLink {

    private final FaultProxy proxy;
    private final Channel client;
    private final Lane toTarget;
    private final Lane toClient;
    private @Nullable Channel target;
    private boolean connecting;
    private boolean closed;
    private boolean reset;

    ProxyLink(FaultProxy proxy, Channel client) {
        this.proxy = proxy;
        this.client = client;
        toTarget = new Lane(this, proxy.fault(Direction.TO_TARGET), proxy.count(Direction.TO_TARGET));
        toClient = new Lane(this, proxy.fault(Direction.TO_CLIENT), proxy.count(Direction.TO_CLIENT));
        client.pipeline().addLast(toTarget);
        client.closeFuture().addListener(f -> channelClosed());
    }

    /** Does what the faults allow now. */
    void proceed() {
        if (toTarget.mustBreak() || toClient.mustBreak()) {
            reset();
            return;
        }
        if (!connecting && !proxy.fault(Direction.TO_TARGET).stalled) {
            connecting = true;
            proxy.connect(
                    new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline().addLast(toClient);
                        }
                    },
                    this::connected);
        }
        toTarget.proceed();
        toClient.proceed();
    }

    void close() {
        closed = true;
        client.close();
        if (target != null) {
            target.close();
        }
        toTarget.discard();
        toClient.discard();
        channelClosed();
    }

    void reset() {
        reset = true;
        doNotLinger(client);
        doNotLinger(target);
        close();
    }

    private static void doNotLinger(@Nullable Channel channel) {
        if (channel != null && channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
    }

    private void connected(@Nullable Channel channel) {
        if (channel == null) {
            close();
            return;
        }
        target = channel;
        if (closed) {
            if (reset) {
                doNotLinger(channel);
            }
            channel.close();
            return;
        }
        channel.closeFuture().addListener(f -> channelClosed());
        toTarget.lead(client, channel);
        toClient.lead(channel, client);
        proceed();
    }

    private void channelClosed() {
        if (!client.isOpen() && (target == null ? closed : !target.isOpen())) {
            proxy.ended(this);
        }
    }
}
