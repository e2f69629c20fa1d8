package dev.caravan.cli;

import dev.caravan.topic.TopicName;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code pub}: publishes as mosquitto_pub does, and waits until the broker has acknowledged. */
@Command(name = "pub", description = "Publishes messages to a broker. The options are those of mosquitto_pub.")
final class PubCommand implements Callable<Integer> {

    private static final String TOPIC_MISSING = "-t TOPIC is missing";

    /** A broker may need so long for a burst that it had no need to acknowledge. */
    private static final int SETTLE_SECONDS = 30;

    /** Where the payload comes from; exactly one. */
    static final class Source {

        @Option(
                names = {"-m", "--message"},
                paramLabel = "MESSAGE",
                description = "This text.")
        @Nullable
        String message;

        @Option(
                names = {"-f", "--file"},
                paramLabel = "FILE",
                description = "The content of a file.")
        @Nullable
        Path file;

        @Option(
                names = {"-s", "--stdin-file"},
                description = "All of standard input as one message.")
        boolean stdin;

        @Option(
                names = {"-l", "--stdin-line"},
                description = "Each line of standard input as a message.")
        boolean lines;

        @Option(
                names = {"-n", "--null-message"},
                description = "A message without payload; with -r it clears the retained message.")
        boolean none;
    }

    private final Terminal terminal;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private BrokerOptions brokerOptions = new BrokerOptions();

    @Mixin
    private ClientOptions client = new ClientOptions();

    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "TOPIC",
            description = "Topic to publish to.")
    private @Nullable String topic;

    @Option(
            names = {"-q", "--qos"},
            paramLabel = "QOS",
            defaultValue = "0",
            description = "QoS 0, 1 or 2; default 0.")
    private int qos;

    @Option(
            names = {"-r", "--retain"},
            description = "Retain the message.")
    private boolean retain;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "1",
            description = "Publish N times; not with -l. Default 1.")
    private int repeat = 1;

    @Option(
            names = "--repeat-delay",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "Seconds between repeats, decimals allowed; default 0.")
    private BigDecimal repeatDelay = BigDecimal.ZERO;

    PubCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        String name;
        Broker broker;
        Session session;
        try {
            name = new TopicName(topicText()).value();
            ClientOptions.qos("-q", qos);
            demandRepeat();
            broker = brokerOptions.broker(client.url);
            session = new Session(client.clientId, false, client.will(), false);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), String.valueOf(e.getMessage()), e);
        }
        PrintWriter errors = client.quiet ? new PrintWriter(Writer.nullWriter()) : terminal.err();
        Publisher publisher = new Publisher(errors, client.debug);
        try (MqttLink link = MqttLink.create(broker, session, publisher)) {
            link.connect().get();
            publishAll(publisher, link, name);
            publisher.awaitAcknowledgements();
            if (qos == 0 && !publisher.isLost()) {
                LinkLifecycle.await(link.settle(), SETTLE_SECONDS);
            }
        } catch (ExecutionException | CompletionException e) {
            errors.println("Error: " + broker + ": " + LinkFailure.text(e));
            return 1;
        }
        return publisher.summary();
    }

    private String topicText() {
        if (topic == null && client.url == null) {
            throw new IllegalArgumentException(TOPIC_MISSING);
        }
        return topic == null ? Objects.requireNonNull(client.url).topic() : topic;
    }

    private void demandRepeat() {
        if (repeat < 1 || repeatDelay.signum() < 0) {
            throw new IllegalArgumentException("--repeat must be 1 or more, and --repeat-delay not below 0");
        }
        if (source.lines && repeat > 1) {
            throw new IllegalArgumentException("--repeat does not go with -l");
        }
    }

    private void publishAll(Publisher publisher, MqttLink link, String name) throws IOException, InterruptedException {
        if (source.lines) {
            InputStream in = new BufferedInputStream(terminal.in());
            for (byte[] line = line(in); line != null && !publisher.isLost(); line = line(in)) {
                publisher.publish(link, new OutgoingMessage(name, line, qos, retain));
            }
            return;
        }
        OutgoingMessage message = new OutgoingMessage(name, payload(), qos, retain);
        for (int i = 0; i < repeat && !publisher.isLost(); i++) {
            if (i > 0) {
                TimeUnit.MICROSECONDS.sleep(repeatDelay.movePointRight(6).longValue());
            }
            publisher.publish(link, message);
        }
    }

    private byte[] payload() throws IOException {
        if (source.message != null) {
            return source.message.getBytes(StandardCharsets.UTF_8);
        }
        if (source.stdin) {
            return terminal.in().readAllBytes();
        }
        if (source.file == null) {
            return new byte[0];
        }
        try {
            return Files.readAllBytes(source.file);
        } catch (NoSuchFileException e) {
            throw new IOException(source.file + " does not exist", e);
        }
    }

    /** @return the bytes up to a line feed or the end; null after the end */
    private static byte @Nullable [] line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b = in.read();
        if (b < 0) {
            return null;
        }
        for (; b >= 0 && b != '\n'; b = in.read()) {
            line.write(b);
        }
        return line.toByteArray();
    }
}
