package dev.caravan.csv;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;
import org.jspecify.annotations.Nullable;

/**
 * Writes each exchange as a row, and completes it when the row is written. Holds the log from start to stop.
 * Thread-safe.
 */
final class CsvLogProducer extends DefaultAsyncProducer {

    private final CsvLogEndpoint endpoint;
    private volatile @Nullable CsvLog log;

    CsvLogProducer(CsvLogEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        if (log == null) {
            log = endpoint.acquire();
        }
    }

    @Override
    protected void doStop() throws Exception {
        if (log != null) {
            log = null;
            endpoint.release();
        }
        super.doStop();
    }

    /**
     * Fails with a {@link RowException} when the message makes no row, and with a {@link CsvWriteException} when the row
     * was not written and is not waited for.
     */
    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        CsvLog open = log;
        try {
            if (open == null) {
                throw new IllegalStateException("csv-log:" + endpoint.name() + " is not started");
            }
            endpoint.write(exchange, callback, open);
            return false;
        } catch (RuntimeException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
    }
}
