package dev.caravan.export;

import dev.caravan.store.StoredMessage;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.jspecify.annotations.Nullable;

/**
 * RFC 4180 in UTF-8: {@code id,time,topic,publisher,qos,retain,content_type,encoding,payload}, or {@code id,time,topic,publisher}
 * and the named fields of the payload. Each row has as many cells as the header, whatever a message holds.
 *
 * <p>A cell that a spreadsheet would run as a formula begins with an apostrophe, unless {@code raw}: one that begins with
 * {@code = + - @}, tab or a line end and is no number.
 */
final class CsvWriter implements MessageWriter {

    private static final CSVFormat CSV = CSVFormat.RFC4180;
    private static final List<String> MESSAGE = Columns.OF_EVERY_MESSAGE;
    private static final List<String> PAYLOAD = List.of("qos", "retain", "content_type", "encoding", "payload");
    private static final Pattern NUMBER = Pattern.compile("[+-]?+[0-9]++(?:\\.[0-9]*+)?+(?:[eE][+-]?+[0-9]++)?+");

    private final Writer out;
    private final Columns columns;
    private final PayloadFields fields;
    private final boolean raw;

    CsvWriter(OutputStream out, Columns columns, boolean raw) {
        this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        this.columns = columns;
        this.fields = columns.fields();
        this.raw = raw;
    }

    @Override
    public void begin() throws IOException {
        List<String> names = new ArrayList<>(MESSAGE);
        if (columns.isEmpty()) {
            names.addAll(PAYLOAD);
        } else {
            names.addAll(columns.headers());
        }
        boolean first = true;
        for (String name : names) {
            text(name, first);
            first = false;
        }
        CSV.println(out);
    }

    @Override
    public void write(StoredMessage message) throws IOException {
        CSV.print(message.id(), out, true);
        CSV.print(Moment.show(message.timestamp()), out, false);
        text(message.topic(), false);
        text(message.publisher(), false);
        if (columns.isEmpty()) {
            writePayload(message);
        } else {
            for (FieldValue value : fields.of(message.payload())) {
                text(value == null || value.kind() == FieldValue.Kind.NULL ? null : value.text(), false);
            }
        }
        CSV.println(out);
    }

    private void writePayload(StoredMessage message) throws IOException {
        CSV.print(message.qos(), out, false);
        CSV.print(message.retained(), out, false);
        text(message.contentType(), false);
        String payload = PayloadJson.utf8(message.payload());
        if (payload == null || payload.indexOf('\0') >= 0) {
            // Many readers of CSV end a cell, or give up, at a NUL.
            CSV.print("base64", out, false);
            text(Base64.getEncoder().encodeToString(message.payload()), false); // May begin with a +.
        } else {
            CSV.print("text", out, false);
            text(payload, false);
        }
    }

    private void text(@Nullable String text, boolean first) throws IOException {
        String cell = text == null ? null : text.replace('\0', '\uFFFD');
        if (cell != null && !raw && isFormula(cell)) {
            cell = "'" + cell;
        }
        CSV.print(cell, out, first);
    }

    private static boolean isFormula(String cell) {
        return !cell.isEmpty()
                && "=+-@\t\r\n".indexOf(cell.charAt(0)) >= 0
                && !NUMBER.matcher(cell).matches();
    }

    @Override
    public void end(boolean truncated) {
        // Nothing: whoever gave a limit counts rows.
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}
