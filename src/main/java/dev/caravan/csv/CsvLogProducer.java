package dev.caravan.csv;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;
import org.jspecify.annotations.Nullable;

/** Writes the body of each exchange as a row. Holds the file from start to stop. Thread-safe. */
final class CsvLogProducer extends DefaultProducer {

    private final CsvLogEndpoint endpoint;
    private final CsvLogComponent component;
    private final CsvLogState state;
    private final String fileName;
    private final List<String> header;
    private final boolean sync;
    private volatile @Nullable CsvFile file;

    CsvLogProducer(
            CsvLogEndpoint endpoint, CsvLogComponent component, String fileName, List<String> header, boolean sync) {
        super(endpoint);
        this.endpoint = endpoint;
        this.component = component;
        this.state = component.state();
        this.fileName = fileName;
        this.header = header;
        this.sync = sync;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        if (file == null) {
            file = component.acquire(fileName, header);
        }
    }

    @Override
    protected void doStop() throws Exception {
        if (file != null) {
            file = null;
            component.release(fileName);
        }
        super.doStop();
    }

    /**
     * @throws IllegalArgumentException when the body is not an object
     * @throws CsvWriteException when the row could not be written; it is then not in the file
     */
    @Override
    public void process(Exchange exchange) throws IOException {
        CsvFile open = file;
        if (open == null) {
            throw new IllegalStateException("csv-log:" + fileName + " is not started");
        }
        Row row;
        try {
            row = endpoint.row(exchange);
        } catch (IllegalArgumentException e) {
            state.rejected.increment();
            throw e;
        }
        try {
            open.append(row.line().getBytes(StandardCharsets.UTF_8), sync);
        } catch (IOException e) {
            state.failed.increment();
            throw new CsvWriteException("csv-log:" + fileName + ": " + e.getMessage(), e);
        }
        state.rows.increment();
        count(row);
    }

    private void count(Row row) {
        if (row.unknownFields() > 0) {
            state.unknownFields.add(row.unknownFields());
        }
        if (row.missingFields() > 0) {
            state.missingFields.add(row.missingFields());
        }
        if (row.nested() > 0) {
            state.nested.add(row.nested());
        }
    }
}
