package dev.caravan.testkit;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.BindException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A link with faults: a port of the loopback address that leads to another one. Faults hold for connections that stand
 * and for those to come, from the call's return until they are lifted; without one, bytes pass exactly. A fault of one
 * direction alone is named with it, otherwise it is in both.
 *
 * <p>Listens from its creation on, with one thread of its own. Safe for threads; a call returns when the fault is in
 * force. Bytes that the proxy has already given to the operating system still arrive.
 */
public final class FaultProxy implements AutoCloseable {

    /** The way bytes go through the proxy. */
    public enum Direction {
        TO_TARGET,
        TO_CLIENT
    }

    private final EventLoopGroup group = new NioEventLoopGroup(1, new DefaultThreadFactory("fault-proxy", true));
    private final Map<Direction, Fault> faults = new EnumMap<>(Direction.class);
    private final Map<Direction, AtomicLong> passed = new EnumMap<>(Direction.class);
    private final Set<ProxyLink> links = new LinkedHashSet<>();
    private final AtomicLong accepted = new AtomicLong();
    private final int port;
    private volatile int target;
    private volatile int open;
    private @Nullable Channel server;

    /** @param target the port to lead to; nobody needs to listen there yet: connections are closed meanwhile */
    public FaultProxy(int target) {
        this.target = target;
        for (Direction direction : Direction.values()) {
            faults.put(direction, new Fault());
            passed.put(direction, new AtomicLong());
        }
        // A port that refuses must not become somebody else's meanwhile.
        this.port = Ports.claim(this::binds);
    }

    public int port() {
        return port;
    }

    /** Leads connections to come to another port. */
    public FaultProxy target(int newTarget) {
        target = newTarget;
        return this;
    }

    /** Ends every connection now, with FIN; new ones are accepted. What was on its way through the proxy is lost. */
    public FaultProxy cut() {
        eachLink(ProxyLink::close);
        return releaseClosed();
    }

    /** Ends every connection now, with RST; new ones are accepted. */
    public FaultProxy reset() {
        eachLink(ProxyLink::reset);
        return releaseClosed();
    }

    /** Closes the port: new connections are refused; those that stand are left alone. */
    public synchronized FaultProxy refuse() {
        if (server != null) {
            server.close().syncUninterruptibly();
            server = null;
            releaseClosed();
        }
        return this;
    }

    /** Opens the port again. */
    public synchronized FaultProxy accept() {
        if (server == null) {
            server = bind(port);
        }
        return this;
    }

    /**
     * A silent partition: nothing is read, passed on or closed; what arrives waits in TCP. New connections are accepted
     * and stay silent.
     */
    public FaultProxy stall(Direction... directions) {
        return change(fault -> fault.stalled = true, directions);
    }

    /** Ends a partition: what waited goes on, in order. */
    public FaultProxy flow(Direction... directions) {
        return change(fault -> fault.stalled = false, directions);
    }

    /**
     * Reads bytes and throws them away, the end of a connection too: one direction makes it half-open. A connection that
     * lost bytes is reset when the fault is lifted, since TCP never goes on behind a gap.
     */
    public FaultProxy blackhole(Direction... directions) {
        return change(fault -> fault.blackhole = true, directions);
    }

    /** Passes bytes that much later, in order and at the speed they came. {@link Duration#ZERO} lifts it. */
    public FaultProxy delay(Duration delay, Direction... directions) {
        return change(fault -> fault.delayNanos = delay.toNanos(), directions);
    }

    /** Passes at most so many bytes a second on each connection. 0 lifts it. */
    public FaultProxy rate(long bytesPerSecond, Direction... directions) {
        return change(fault -> fault.bytesPerSecond = bytesPerSecond, directions);
    }

    /** Lifts every fault and opens the port. */
    public FaultProxy heal() {
        change(Fault::lift);
        return accept();
    }

    /** How many connections were accepted since the proxy began. */
    public long accepted() {
        return accepted.get();
    }

    /** How many connections stand. */
    public int open() {
        return open;
    }

    /** How many bytes were passed on since the proxy began. */
    public long bytes(Direction direction) {
        return count(direction).get();
    }

    /** Closes the port and cuts every connection. */
    @Override
    public void close() {
        refuse();
        cut();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    Fault fault(Direction direction) {
        return Objects.requireNonNull(faults.get(direction));
    }

    AtomicLong count(Direction direction) {
        return Objects.requireNonNull(passed.get(direction));
    }

    /** A connection to the target. The link adds the handlers. */
    void connect(ChannelInitializer<Channel> handlers, Consumer<@Nullable Channel> done) {
        new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(handlers)
                .connect(InetAddress.getLoopbackAddress(), target)
                .addListener((ChannelFuture f) -> done.accept(f.isSuccess() ? f.channel() : null));
    }

    void ended(ProxyLink link) {
        links.remove(link);
        open = links.size();
    }

    private FaultProxy change(Consumer<Fault> change, Direction... directions) {
        Direction[] meant = directions.length == 0 ? Direction.values() : directions;
        return eachLink(ProxyLink::proceed, () -> {
            for (Direction direction : meant) {
                change.accept(fault(direction));
            }
        });
    }

    private FaultProxy eachLink(Consumer<ProxyLink> action) {
        return eachLink(action, () -> {});
    }

    private FaultProxy eachLink(Consumer<ProxyLink> action, Runnable first) {
        group.submit(() -> {
                    first.run();
                    List.copyOf(links).forEach(action);
                })
                .syncUninterruptibly();
        return this;
    }

    /** A closed socket is open to the system until its selector was asked once more, which is so in a later round. */
    private FaultProxy releaseClosed() {
        group.schedule(() -> {}, 1, TimeUnit.MILLISECONDS).syncUninterruptibly();
        return this;
    }

    private boolean binds(int candidate) {
        try {
            server = bind(candidate);
            return true;
        } catch (Exception e) {
            // Netty throws the BindException unchecked.
            if (e instanceof BindException) {
                return false;
            }
            throw e;
        }
    }

    private Channel bind(int on) {
        return new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel client) {
                        accepted.incrementAndGet();
                        ProxyLink link = new ProxyLink(FaultProxy.this, client);
                        links.add(link);
                        open = links.size();
                        link.proceed();
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), on)
                .syncUninterruptibly()
                .channel();
    }
}
