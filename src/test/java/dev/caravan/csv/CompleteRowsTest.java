package dev.caravan.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
class CompleteRowsTest {

    @TempDir
    Path folder;

    private CompleteRows of(String text) throws IOException {
        return CompleteRows.of(Files.writeString(folder.resolve("a.csv"), text));
    }

    @Test
    void findsHeaderAndLastWholeRow() throws IOException {
        assertThat(of("a,b\n1,2\n3,")).isEqualTo(new CompleteRows(4, 8, 10));
        assertThat(of("a,b\n1,2\n")).isEqualTo(new CompleteRows(4, 8, 8));
        assertThat(of("a,b")).isEqualTo(new CompleteRows(0, 0, 3));
        assertThat(of("")).isEqualTo(new CompleteRows(0, 0, 0));
    }

    @Test
    void doesNotTakeALineEndInsideQuotesForTheEndOfARow() throws IOException {
        assertThat(of("a\n\"x\ny\"\n")).isEqualTo(new CompleteRows(2, 8, 8));
        assertThat(of("a\n1\n\"x\ny\n")).isEqualTo(new CompleteRows(2, 4, 9));
        assertThat(of("a\n\"say \"\"hi\"\"\n\"\n")).isEqualTo(new CompleteRows(2, 16, 16));
    }

    @Test
    void takesAQuoteInsidePlainTextAsText() throws IOException {
        assertThat(of("a\n5\" pipe\n1\n")).isEqualTo(new CompleteRows(2, 12, 12));
    }

    @Test
    void readsFilesLongerThanItsBuffer() throws IOException {
        String row = "\"" + "x\n".repeat(50_000) + "\"\n";
        assertThat(of("a\n" + row + row + "torn"))
                .isEqualTo(new CompleteRows(2, 2 + 2L * row.length(), 6 + 2L * row.length()));
    }
}
