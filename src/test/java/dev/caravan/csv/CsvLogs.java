package dev.caravan.csv;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** A {@code csv-log:} endpoint for tests, without a route around it. */
@NullMarked
final class CsvLogs implements AutoCloseable {

    final DefaultCamelContext camel = new DefaultCamelContext();
    final CsvLogComponent component;
    private final List<AsyncProducer> producers = new ArrayList<>();

    CsvLogs(Path folder, MovingClock clock, CsvFile.Opener opener) {
        this(folder, clock, opener, Duration.ofSeconds(10));
    }

    CsvLogs(Path folder, MovingClock clock, CsvFile.Opener opener, Duration stopLimit) {
        component = new CsvLogComponent(opener, stopLimit);
        component.setDirectory(folder);
        component.setClock(clock);
        camel.addComponent("csv-log", component);
        camel.start();
    }

    /** The producer of an endpoint, started. */
    AsyncProducer open(String uri) throws Exception {
        AsyncProducer producer = camel.getEndpoint(uri).createAsyncProducer();
        producer.start();
        producers.add(producer);
        return producer;
    }

    /** Sends without waiting; the exchange when it is complete. */
    CompletableFuture<Exchange> send(AsyncProducer producer, Object body, @Nullable String topic) {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(body);
        if (topic != null) {
            exchange.getMessage().setHeader("CamelMqttTopic", topic);
        }
        return send(producer, exchange);
    }

    CompletableFuture<Exchange> send(AsyncProducer producer, Exchange exchange) {
        CompletableFuture<Exchange> complete = new CompletableFuture<>();
        producer.process(exchange, done -> complete.complete(exchange));
        return complete;
    }

    /** The text of every file below a folder, by its path, which sorts as a file list does. */
    static TreeMap<String, String> files(Path folder) throws IOException {
        TreeMap<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(folder.relativize(path).toString(), Files.readString(path));
            }
        }
        return files;
    }

    @Override
    public void close() throws Exception {
        for (AsyncProducer producer : producers) {
            producer.stop();
        }
        camel.stop();
    }
}
