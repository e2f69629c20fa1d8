package dev.caravan.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The examples of the reference must parse. */
class TopicLinesReferenceTest {

    @Test
    void readsEveryExample() throws IOException {
        List<String> examples = new ArrayList<>();
        List<String> rows = Files.readAllLines(Path.of("docs", "reference", "bridges.md"));
        for (int i = 0; i < rows.size(); i++) {
            String start = rows.get(i);
            if (start.strip().equals("topics: |")) {
                String indent = " ".repeat(start.indexOf('t') + 1);
                examples.add(String.join(
                        "\n",
                        rows.subList(i + 1, rows.size()).stream()
                                .takeWhile(row -> row.startsWith(indent))
                                .toList()));
            }
        }

        assertThat(examples).hasSizeGreaterThanOrEqualTo(2).allSatisfy(example -> assertThat(
                        TopicLines.parse(example).all())
                .isNotEmpty());
    }
}
