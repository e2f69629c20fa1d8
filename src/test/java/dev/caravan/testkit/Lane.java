package dev.caravan.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayDeque;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One direction of a {@link ProxyLink}: bytes wait here until the {@link Fault} lets them go. */
final class Lane extends ChannelInboundHandlerAdapter {

    private static final int AHEAD = 64 * 1024;
    private static final int AHEAD_DELAYED = 16 * 1024 * 1024;
    private static final long SECOND = 1_000_000_000;
    private static final long SLICES_PER_SECOND = 20;

    private record Chunk(ByteBuf bytes, long arrived) {}

    private final ProxyLink link;
    private final Fault fault;
    private final AtomicLong passed;
    private final ArrayDeque<Chunk> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private @Nullable Channel source;
    private @Nullable Channel sink;
    private boolean writing;
    private boolean gap;
    private boolean ended;
    private long endedAt;
    private double credit;
    private long creditAt;
    private @Nullable Future<?> wakeUp;

    Lane(ProxyLink link, Fault fault, AtomicLong passed) {
        this.link = link;
        this.fault = fault;
        this.passed = passed;
    }

    void lead(Channel from, Channel to) {
        source = from;
        sink = to;
    }

    /** Whether bytes are missing that can no longer be said to be on their way. */
    boolean mustBreak() {
        return gap && !fault.blackhole;
    }

    void discard() {
        waiting.forEach(chunk -> chunk.bytes().release());
        waiting.clear();
        waitingBytes = 0;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        waiting.addLast(new Chunk(bytes, System.nanoTime()));
        waitingBytes += bytes.readableBytes();
        proceed();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ended = true;
        endedAt = System.nanoTime();
        proceed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A reset: the end of the channel follows.
        context.close();
    }

    void proceed() {
        Channel from = source;
        Channel to = sink;
        if (from == null || to == null) {
            return;
        }
        if (!fault.stalled) {
            pass(to);
        }
        int ahead = fault.delayNanos > 0 ? AHEAD_DELAYED : AHEAD;
        // Toggled, not read(): a read that was asked for would still be done in a stall.
        from.config().setAutoRead(!fault.stalled && !ended && waitingBytes < ahead);
    }

    private void pass(Channel to) {
        long now = System.nanoTime();
        while (!writing && !waiting.isEmpty()) {
            Chunk first = waiting.getFirst();
            if (fault.blackhole) {
                gap = true;
                discard();
                return;
            }
            int part = Math.min(first.bytes().readableBytes(), allowed(first, now));
            if (part == 0) {
                return;
            }
            ByteBuf bytes = first.bytes().readRetainedSlice(part);
            waitingBytes -= part;
            if (!first.bytes().isReadable()) {
                waiting.removeFirst();
                first.bytes().release();
            }
            write(to, bytes, part);
        }
        if (ended && !writing && waiting.isEmpty()) {
            passEnd(to, now);
        }
    }

    private void write(Channel to, ByteBuf bytes, int part) {
        ChannelFuture written = to.writeAndFlush(bytes);
        passed.addAndGet(part);
        if (!written.isDone()) {
            writing = true;
            written.addListener(f -> {
                writing = false;
                proceed();
            });
        }
    }

    private void passEnd(Channel to, long now) {
        if (fault.blackhole) {
            gap = true;
        } else if (now - endedAt < fault.delayNanos) {
            wakeIn(fault.delayNanos - (now - endedAt));
        } else {
            to.close();
        }
    }

    /** How many bytes may go now; where none may, they are tried again in time. */
    private int allowed(Chunk chunk, long now) {
        long early = fault.delayNanos - (now - chunk.arrived());
        if (early > 0) {
            wakeIn(early);
            return 0;
        }
        long rate = fault.bytesPerSecond;
        if (rate == 0) {
            return Integer.MAX_VALUE;
        }
        double most = Math.max(1, rate / (double) SLICES_PER_SECOND);
        credit = Math.min(most, credit + (now - creditAt) / (double) SECOND * rate);
        creditAt = now;
        if (credit < 1) {
            wakeIn((long) ((1 - credit) / rate * SECOND) + 1);
            return 0;
        }
        int part = Math.min(chunk.bytes().readableBytes(), (int) credit);
        credit -= part;
        return part;
    }

    private void wakeIn(long nanos) {
        if (wakeUp != null) {
            wakeUp.cancel(false);
        }
        if (sink != null) {
            wakeUp = sink.eventLoop().schedule(link::proceed, nanos, TimeUnit.NANOSECONDS);
        }
    }
}
