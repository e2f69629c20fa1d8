package dev.caravan.bridge;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.caravan.broker.EmbeddedBroker;
import dev.caravan.mqtt.ConnectionState;
import dev.caravan.mqtt.MqttComponent;
import dev.caravan.mqtt.MqttConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running bridge between the local broker and a remote one: a queue and a flow for each direction that its topic
 * lines name, a connection to each side.
 *
 * <p>What it promises: a message that the local broker has acknowledged leaves the queue only when the remote has
 * acknowledged it; one from the remote is acknowledged only when the local broker has it on disk; order is kept per
 * publisher, topic and QoS; after a lost connection the unacknowledged tail, at most the window, may repeat.
 *
 * <p>Life cycle: the constructor starts it and never waits for a remote, {@link #close} ends it. Safe for threads.
 */
final class MqttBridge implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(MqttBridge.class);
    private static final long WATCH_MILLIS = 1_000;
    private static final long LAST_ACKNOWLEDGEMENTS_MILLIS = 1_000;
    private static final long LOOK_AGAIN_MILLIS = 5;

    /** As long as MQTT lets a server wait for a silent client (MQTT 5.0, 3.1.2.10). */
    private static final double STALLED_KEEP_ALIVES = 1.5;

    private final BridgeSettings settings;
    private final Clock clock;
    private final BridgeCounters counters = new BridgeCounters();
    private final Notifications notifications;
    private final OutwardFlow outward;
    private final InwardFlow inward;
    private final QueueAlarm alarm;
    private final MqttConnection local;
    private final LocalBroker.@Nullable Queue queue;
    private final MqttConnection remote;
    private final MqttConnection sender;
    private final ScheduledFuture<?> watch;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private volatile boolean linkUp;
    private volatile @Nullable String stalled;
    private volatile long outWhenStalled;

    /**
     * @throws IllegalArgumentException naming the address or file that cannot be
     * @throws IllegalStateException when a Client Identifier or queue is used already
     */
    MqttBridge(
            BridgeSettings settings,
            MqttComponent mqtt,
            LocalBroker broker,
            DeadLetterChannel deadLetters,
            ScheduledExecutorService scheduler,
            Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.notifications = new Notifications(settings);
        RemoteOptions options = new RemoteOptions(settings);
        try {
            local = open(mqtt.connect(options.local(broker, notifications.will()), new LocalSide()));
            alarm = new QueueAlarm(settings, counters, local::publish, clock);
            outward = new OutwardFlow(settings, broker.node(), counters, deadLetters, scheduler, alarm::dropped);
            inward = new InwardFlow(settings, broker, counters, deadLetters, scheduler, local::publish);
            queue = settings.topics().out().isEmpty() ? null : open(queue(broker));
            boolean own = options.needsOwnSender();
            remote = open(mqtt.connect(
                    options.remote(notifications.will(), notifications.probe()), new RemoteSide(true, !own)));
            sender = own
                    ? open(mqtt.connect(options.sender(notifications.probe()), new RemoteSide(false, true)))
                    : remote;
            watch = scheduler.scheduleWithFixedDelay(this::watch, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RuntimeException e) {
            closeAll();
            throw e;
        }
    }

    private LocalBroker.Queue queue(LocalBroker broker) {
        LocalBroker.Queue opening = broker.open(settings, outward);
        outward.onReady(opening::wake);
        return opening;
    }

    private <T extends AutoCloseable> T open(T part) {
        opened.push(part);
        return part;
    }

    BridgeState state() {
        ConnectionState connection = remote.state();
        ConnectionState sending = sender.state();
        String trouble = stalled == null ? outward.trouble() : stalled;
        String error = connection.lastError() == null ? sending.lastError() : connection.lastError();
        LocalBroker.Queue waiting = queue;
        long oldest = waiting == null ? 0 : waiting.oldestMillis();
        return new BridgeState(
                settings.name(),
                connection.brokerUrl(),
                settings.clientId(),
                connection.connected() && sending.connected() && trouble == null,
                connection.since(),
                trouble == null ? error : trouble,
                waiting == null ? 0 : waiting.messages(),
                waiting == null ? 0 : waiting.bytes(),
                oldest == 0 ? 0 : Math.max(0, (clock.millis() - oldest) / 1_000),
                sender.inFlight(),
                counters.out.sum(),
                counters.in.sum(),
                sender.resent(),
                counters.dropped(),
                counters.dead.sum(),
                alarm.isFull());
    }

    private void watch() {
        try {
            Duration silence = sender.stalled();
            if (silence.toMillis() > settings.keepAliveSeconds() * STALLED_KEEP_ALIVES * 1_000) {
                stalled = "the remote has acknowledged nothing for " + silence.toSeconds() + " s";
                outWhenStalled = counters.out.sum();
                sender.reconnect(String.valueOf(stalled));
            } else if (stalled != null
                    && (counters.out.sum() != outWhenStalled
                            || (sender.state().connected() && sender.inFlight() == 0))) {
                stalled = null;
            }
            if (queue != null) {
                alarm.look(queue);
            }
        } catch (RuntimeException e) {
            // The watch must go on.
            log.atWarn().addKeyValue("bridge", settings.name()).setCause(e).log("bridge not looked after");
        }
    }

    /** Sends nothing more, waits a moment for what is on its way, and disconnects. */
    @Override
    public void close() {
        watch.cancel(false);
        outward.down();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LAST_ACKNOWLEDGEMENTS_MILLIS);
        try {
            while (sender.state().connected() && sender.inFlight() > 0 && System.nanoTime() < end) {
                Thread.sleep(LOOK_AGAIN_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (remote.state().connected() && !notifications.remoteGoes(remote::publish)) {
            // Then the remote's own will has to say it.
            remote.closeWithWill();
        }
        notifications.localGoes(local::publish);
        closeAll();
    }

    private void closeAll() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                log.atWarn().addKeyValue("bridge", settings.name()).setCause(e).log("part of the bridge did not close");
            }
        }
    }

    /** The connection that only publishes to the local broker. */
    private final class LocalSide implements MqttConnection.Listener {

        @Override
        public void connected(MqttConnection connection, Map<String, String> userProperties) {
            // Each time: while we were away our will may have said that the bridge is down.
            notifications.local(connection::publish, linkUp);
        }

        @Override
        public void disconnected() {
            // It comes back by itself.
        }

        @Override
        public void arrived(Mqtt5Publish message, Runnable acknowledge) {
            acknowledge.run();
        }
    }

    /** A connection to the remote, for one direction or both. */
    private final class RemoteSide implements MqttConnection.Listener {

        private final boolean receives;
        private final boolean sends;
        private boolean up;

        RemoteSide(boolean receives, boolean sends) {
            this.receives = receives;
            this.sends = sends;
        }

        @Override
        public void connected(MqttConnection connection, Map<String, String> userProperties) {
            up = true;
            String node = userProperties.getOrDefault(
                    EmbeddedBroker.NODE_PROPERTY,
                    "remote-" + BridgePath.nodeAt(settings.addresses().get(0)));
            if (receives) {
                inward.up(node);
                linkUp = true;
                notifications.remoteUp(connection::publish);
                notifications.local(local::publish, true);
            }
            if (sends) {
                outward.up(connection::publish, node);
                flow(true);
            }
        }

        @Override
        public void disconnected() {
            if (!up) {
                return;
            }
            up = false;
            if (sends) {
                outward.down();
                flow(false);
            }
            if (receives) {
                linkUp = false;
                notifications.local(local::publish, false);
            }
        }

        private void flow(boolean flowing) {
            LocalBroker.Queue waiting = queue;
            if (waiting != null) {
                waiting.setFlowing(flowing);
            }
        }

        @Override
        public void arrived(Mqtt5Publish message, Runnable acknowledge) {
            inward.arrived(message, acknowledge);
        }
    }
}
