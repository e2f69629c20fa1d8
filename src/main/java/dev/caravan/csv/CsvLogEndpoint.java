package dev.caravan.csv;

import java.io.IOException;
import java.util.Map;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/** One {@code csv-log:} URI: a file and the columns to write into it. */
final class CsvLogEndpoint extends DefaultEndpoint {

    /** Set by our MQTT component and by stock camel-paho-mqtt5. */
    private static final String TOPIC_HEADER = "CamelMqttTopic";

    private final CsvLogComponent component;
    private final String fileName;
    private final RowFormat format;
    private final boolean sync;

    CsvLogEndpoint(String uri, CsvLogComponent component, String fileName, RowFormat format, boolean sync) {
        super(uri, component);
        this.component = component;
        this.fileName = fileName;
        this.format = format;
        this.sync = sync;
    }

    /**
     * The row of an exchange.
     *
     * @throws IllegalArgumentException when the body is not an object
     */
    Row row(Exchange exchange) throws IOException {
        if (!(exchange.getMessage().getBody() instanceof Map<?, ?> fields)) {
            throw new IllegalArgumentException("payload is not a JSON object");
        }
        String topic = exchange.getMessage().getHeader(TOPIC_HEADER, String.class);
        return format.row(fields, topic, component.getClock().instant());
    }

    @Override
    public Producer createProducer() {
        return new CsvLogProducer(this, component, fileName, format.header(), sync);
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
