package dev.caravan.csv;

import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/** One {@code csv-log:} URI: a file and the columns to write into it. */
final class CsvLogEndpoint extends DefaultEndpoint {

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

    @Override
    public Producer createProducer() {
        return new CsvLogProducer(this, component, fileName, format, sync);
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
