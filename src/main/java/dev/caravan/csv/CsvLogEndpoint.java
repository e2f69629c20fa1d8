package dev.caravan.csv;

import dev.caravan.topic.SafeFileName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/** One {@code csv-log:} URI: a log and the columns to write into it. Thread-safe. */
final class CsvLogEndpoint extends DefaultEndpoint {

    private final CsvLogComponent component;
    private final String name;
    private final CsvLogOptions options;
    private final RowFormat format;

    CsvLogEndpoint(String uri, CsvLogComponent component, String name, CsvLogOptions options) {
        super(uri, component);
        this.component = component;
        this.name = name;
        this.options = options;
        this.format = new RowFormat(options.columns());
    }

    String name() {
        return name;
    }

    CsvLogOptions options() {
        return options;
    }

    CsvLog acquire() throws IOException {
        return component.acquire(this);
    }

    void release() throws InterruptedException {
        component.release(name);
    }

    RowFormat format() {
        return format;
    }

    /**
     * The row of an exchange with the columns of the URI.
     *
     * @throws RowException when the message makes none
     */
    Row row(Exchange exchange) {
        Instant received = component.getClock().instant();
        file(exchange.getMessage(), received);
        return format.row(exchange.getMessage(), received);
    }

    /**
     * Hands the row of an exchange to the log.
     *
     * @throws RowException when the message makes none
     */
    void write(Exchange exchange, AsyncCallback callback, CsvLog log) {
        Instant received = component.getClock().instant();
        try {
            String file = file(exchange.getMessage(), received);
            log.files().admit(file);
            if (options.newColumns() && exchange.getMessage().getBody() instanceof Map<?, ?> fields) {
                // Rows enter the log in the order in which its columns grew.
                synchronized (log) {
                    log.write(pending(log.widen(fields), file, exchange, callback, received));
                }
            } else {
                log.write(pending(format, file, exchange, callback, received));
            }
        } catch (RowException e) {
            component.state().rejected(e);
            throw e;
        }
    }

    private PendingRow pending(
            RowFormat format, String file, Exchange exchange, AsyncCallback callback, Instant received) {
        Row row = format.row(exchange.getMessage(), received);
        byte[] line = row.line().getBytes(StandardCharsets.UTF_8);
        return new PendingRow(file, format.header(), line, received.toEpochMilli(), options, row, exchange, callback);
    }

    /** The name of the file that a message goes into; empty where the log has one file. */
    private String file(Message message, Instant received) {
        for (CellSource source : options.file()) {
            Object value = source instanceof CellSource.Field field && message.getBody() != null
                    ? field.path().in(message.getBody())
                    : RowFormat.text(source, message, received);
            if (value instanceof CharSequence || value instanceof Number || value instanceof Boolean) {
                return SafeFileName.of(value.toString()).value();
            }
        }
        if (!options.file().isEmpty()) {
            throw new RowException("no file name", "no part of 'file' has a value for the name of the file");
        }
        return "";
    }

    @Override
    public Producer createProducer() {
        return new CsvLogProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("csv-log: only writes; it cannot be used in 'from'");
    }

    /** Camel keeps one producer for all exchanges and threads of a step. */
    @Override
    public boolean isSingletonProducer() {
        return true;
    }
}
