package dev.caravan.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class RowBufferTest {

    private final RowBuffer buffer = new RowBuffer();

    private String join(String... lines) {
        List<PendingRow> rows = Stream.of(lines).map(RowBufferTest::row).toList();
        ByteBuffer joined = buffer.join(
                rows, rows.stream().mapToInt(row -> row.line().length).sum());
        return StandardCharsets.UTF_8.decode(joined).toString();
    }

    private static PendingRow row(String line) {
        return new PendingRow(
                "",
                List.of(),
                line.getBytes(StandardCharsets.UTF_8),
                0,
                CsvLogOptions.read("x", new HashMap<>(Map.of("columns", "a"))),
                new Row(line, 0, 0, 0),
                new DefaultExchange(new DefaultCamelContext()),
                done -> {});
    }

    @Test
    void putsLinesBehindEachOther() {
        assertThat(join("1\n", "é\n", "3\n")).isEqualTo("1\né\n3\n");
        assertThat(join("4\n")).isEqualTo("4\n");
        assertThat(join("5\n", "6\n")).isEqualTo("5\n6\n");
    }

    @Test
    void keepsNothingLargeAfterALargeWrite() {
        String half = "x".repeat(RowBuffer.MOST_KEPT_BYTES / 2);

        assertThat(join(half, half, "end")).isEqualTo(half + half + "end");
        assertThat(buffer.keptBytes()).isLessThan(RowBuffer.MOST_KEPT_BYTES);
        assertThat(join(half, half)).isEqualTo(half + half);
        assertThat(buffer.keptBytes()).isEqualTo(RowBuffer.MOST_KEPT_BYTES);
    }
}
