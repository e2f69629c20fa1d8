package dev.caravan.csv;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The CSV sink by itself: a JSON payload of 150 bytes is parsed as the route does, becomes a row of five columns and is
 * written; as many rows are on their way as a consumer's window lets through. An operation is a row in the file.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class CsvLogBenchmark {

    private static final int ROWS = 10_000;
    private static final byte[] PAYLOAD =
            ("{\"timestamp\":\"2026-11-21T10:00:00.123Z\",\"device_id\":\"boiler-3\",\"temperature\":21.50,"
                            + "\"humidity\":40,\"pressure\":1013.20,\"firmware\":\"1.4.2-rc.1\",\"uptime\":123456}")
                    .getBytes(StandardCharsets.UTF_8);

    /** How many rows may be unfinished: 100 is what a route's MQTT consumer has, 1 is a caller that waits for each row. */
    @Param({"100", "1"})
    public int window;

    @Param({"never", "batch"})
    public String fsync;

    private final ObjectMapper json = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    private Path folder;
    private DefaultCamelContext camel;
    private Endpoint endpoint;
    private AsyncProducer producer;
    private Semaphore free;

    @Setup(Level.Iteration)
    public void start() throws Exception {
        folder = Files.createTempDirectory("csv-log-benchmark");
        camel = new DefaultCamelContext();
        CsvLogComponent component = new CsvLogComponent();
        component.setDirectory(folder);
        component.setClock(Clock.systemUTC());
        camel.addComponent("csv-log", component);
        camel.start();
        endpoint = camel.getEndpoint("csv-log:bench?fsync=" + fsync
                + "&columns=timestamp|received,device_id|topic:2,temperature:number,humidity:number,pressure:number");
        producer = endpoint.createAsyncProducer();
        producer.start();
        free = new Semaphore(window);
    }

    @TearDown(Level.Iteration)
    public void stop() throws Exception {
        producer.stop();
        camel.stop();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public void writeRows() throws IOException {
        for (int i = 0; i < ROWS; i++) {
            free.acquireUninterruptibly();
            Exchange exchange = new DefaultExchange(camel);
            exchange.getMessage().setHeader("CamelMqttTopic", "sensors/boiler-3/data");
            exchange.getMessage().setBody(json.readValue(PAYLOAD, Map.class));
            producer.process(exchange, done -> {
                if (exchange.getException() != null) {
                    throw new IllegalStateException(exchange.getException());
                }
                free.release();
            });
        }
        free.acquireUninterruptibly(window);
        free.release(window);
    }
}
