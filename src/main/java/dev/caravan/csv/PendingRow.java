package dev.caravan.csv;

import java.util.List;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/**
 * A row on its way to the disk, and who waits for it.
 *
 * @param file name of the file inside the log; empty where the log has one file
 * @param header of the file that the row fits into
 * @param line the row in UTF-8 with its line end
 * @param millis when its message was received
 * @param options of the endpoint
 * @param row what is counted of it
 */
record PendingRow(
        String file,
        List<String> header,
        byte[] line,
        long millis,
        CsvLogOptions options,
        Row row,
        Exchange exchange,
        AsyncCallback callback) {}
