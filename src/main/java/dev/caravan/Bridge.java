package dev.caravan;

import dev.caravan.broker.BrokerException;
import dev.caravan.broker.EmbeddedBroker;
import dev.caravan.check.Problem;
import dev.caravan.cli.CaravanCommand;
import dev.caravan.http.HttpServer;
import dev.caravan.http.HttpServerSettings;
import dev.caravan.mqtt.MqttComponent;
import dev.caravan.mqtt.Origin;
import dev.caravan.route.RouteException;
import dev.caravan.route.RouteFolder;
import dev.caravan.settings.Key;
import dev.caravan.settings.Settings;
import dev.caravan.settings.SettingsLoader;
import dev.caravan.store.MessageStore;
import dev.caravan.store.StoreException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running program: broker, HTTP and routes, started in this order and stopped in reverse. The only class that knows
 * every package.
 *
 * <p>{@link #start} and {@link #close} may be called by different threads; close is safe to call twice.
 */
public final class Bridge implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Bridge.class);

    /** The ready line promises that a message published after it is seen by every route. */
    private static final Duration SUBSCRIBED_WITHIN = Duration.ofSeconds(10);

    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(2);

    private final Deque<Step> started = new ArrayDeque<>();
    private final Settings settings;
    private final Clock clock = Clock.systemUTC();
    private final Path data;
    private final Listeners listeners;
    private final CamelMain camel;

    /** A part that runs, and how it is stopped. */
    private record Step(String name, Runnable stop) {}

    private Bridge(Settings settings) {
        this.settings = settings;
        this.data = settings.path(Key.DATA_DIRECTORY).toAbsolutePath().normalize();
        this.listeners = new Listeners(settings);
        this.camel = new CamelMain(settings);
    }

    /**
     * Starts everything and returns when clients can connect.
     *
     * @throws StartException with one line that says what is wrong; nothing keeps running then
     */
    public static Bridge start(Settings settings) throws StartException {
        Bridge bridge = new Bridge(settings);
        try {
            bridge.startAll();
            return bridge;
        } catch (StartException e) {
            bridge.close();
            throw e;
        } catch (BrokerException | RouteException | StoreException e) {
            bridge.close();
            throw new StartException(String.valueOf(e.getMessage()), e);
        } catch (Exception e) {
            bridge.close();
            throw new StartException("cannot start: " + e.getMessage(), e);
        }
    }

    private void startAll() throws Exception {
        demandFolderThatWasNamed(Key.ROUTES_DIRECTORY);
        demandFolderThatWasNamed(Key.ARTEMIS_DIRECTORY);
        DataFolder folder = DataFolder.open(data);
        started.push(new Step("data folder", folder::close));

        // Beside the start of the broker, as both take their time.
        StoreOpening opening = StoreOpening.begin(() -> Stores.open(settings, clock));
        started.push(new Step("message store", opening::close));
        @Nullable EmbeddedBroker broker = null;
        if (settings.isTrue(Key.BROKER_EMBEDDED)) {
            broker = EmbeddedBroker.start(settings, opening::retained);
            started.push(new Step("broker", broker::stop));
            listeners.addBroker(broker);
        }
        MessageStore store = opening.await();
        String mqttUrl = listeners.mqttUrl();

        RouteEquipment equipment = new RouteEquipment(settings, clock, store, listeners, broker);
        MqttComponent mqtt = equipment.mqtt();
        mqtt.setSessionFile(data.resolve("mqtt-sessions.properties"));
        if (broker != null) {
            mqtt.setOrigin(mqttUrl, new Origin(EmbeddedBroker.ORIGIN_PROPERTY, broker.originSecret()));
        }
        equipment.csvLog().setDirectory(data.resolve("csv"));

        Main main = camel.create(mqttUrl);
        main.init();
        CamelContext context = main.getCamelContext();
        RouteFolder routes = new RouteFolder(
                context, settings.path(Key.ROUTES_DIRECTORY), new OfflineContext(settings, clock), clock);
        equipment.install(context, routes::states);
        started.push(new Step("routes", main::stop));
        main.start();
        listeners.addHttp(HttpServer.start(
                context,
                new HttpServerSettings(
                        settings.text(Key.HTTP_HOST),
                        settings.port(Key.HTTP_PORT).orElseThrow(),
                        settings.bytes(Key.HTTP_MAX_BODY_SIZE),
                        settings.count(Key.HTTP_MAX_OPEN_ANSWERS),
                        settings.words(Key.HTTP_ALLOWED_HOSTS))));

        started.push(new Step("routes folder", routes::close));
        List<Problem> problems;
        try {
            problems = routes.load();
        } catch (RouteException e) {
            // Stopping in the middle of a CONNECT makes the broker log what is not the point.
            mqtt.awaitConnected(mqttUrl, SETTLED_WITHIN);
            throw e;
        }
        if (problems.isEmpty() && broker != null) {
            // Only now: a bridge whose file has a mistake must find its queue when that is mended.
            broker.forwardQueues().deleteUnused(equipment.bridges()::isUsed);
        }
        if (settings.isTrue(Key.BROKER_EMBEDDED) && !mqtt.awaitConnected(mqttUrl, SUBSCRIBED_WITHIN)) {
            log.warn("not every route is connected to {} yet; they go on trying", mqttUrl);
        }
        routes.watch();
        if (broker != null) {
            RouteNotices notices = new RouteNotices(routes::states, broker::publishRetained);
            started.push(new Step("route notices", notices::close));
            notices.start();
        }
    }

    /** The command line; see {@code --help}. */
    public static void main(String[] args) {
        System.exit(CaravanCommand.execute(
                new CaravanCommand.Services(
                        Bridge::run,
                        ProjectCheck::of,
                        (run, out) -> RouteTesting.test(run, System.getenv(), out),
                        new Exporting(System.getenv())),
                Version.TEXT,
                args));
    }

    private static int run(Map<String, String> commandLine, Path file) throws Exception {
        Instant began =
                Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
        Settings settings = SettingsLoader.load(commandLine, System.getenv(), file);
        Bridge bridge = start(settings);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            bridge.close();
                            stopped.countDown();
                        },
                        "stop"));
        System.out.println(bridge.readyLine(Duration.between(began, Instant.now())));
        stopped.await();
        return 0;
    }

    /** Where the default folder is absent the built-in copy serves; a folder that somebody named must be there. */
    private void demandFolderThatWasNamed(Key key) throws StartException {
        Path folder = settings.path(key);
        if (!settings.text(key).equals(key.defaultValue()) && !Files.isDirectory(folder)) {
            throw new StartException(
                    "key '" + key.dotted() + "': " + folder.toAbsolutePath() + " is not a folder",
                    new IllegalArgumentException());
        }
    }

    /** One line of facts for people, and for scripts that wait for the start. */
    String readyLine(Duration taken) {
        return "caravan " + Version.TEXT + " ready in " + taken.toMillis() + " ms: " + listeners.describe() + " data="
                + data + " routes=" + camel.routeCount();
    }

    /** Stops in reverse order; one part that fails to stop does not keep the others running. */
    @Override
    public synchronized void close() {
        while (!started.isEmpty()) {
            Step step = started.pop();
            try {
                step.stop().run();
            } catch (RuntimeException e) {
                log.warn("{} did not stop cleanly: {}", step.name(), e.toString());
            }
        }
    }
}
