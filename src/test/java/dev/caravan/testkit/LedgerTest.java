package dev.caravan.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.testkit.Ledger.Id;
import dev.caravan.testkit.Ledger.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {

    @TempDir
    Path folder;

    private Ledger ledger;
    private final List<Id> ids = new ArrayList<>();

    @BeforeEach
    void open() {
        ledger = new Ledger(folder);
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    private void acknowledge(int messages) {
        for (int i = 0; i < messages; i++) {
            ids.add(ledger.nextId("p", "a/b c"));
            ledger.acknowledged(ids.get(i));
        }
    }

    private void receive(int... numbers) {
        for (int number : numbers) {
            ledger.received("r", ids.get(number).payload(100));
        }
    }

    @Test
    void findsNothingWrongWhereAllArrivedOnceInOrder() {
        acknowledge(3);
        receive(0, 1, 2);

        assertThat(ledger.compare())
                .isEqualTo(new Report(3, 3, List.of(), List.of(), List.of(), List.of()))
                .hasToString("acknowledged 3, received 3, lost 0, duplicated 0, disordered 0, unexpected 0");
    }

    @Test
    void reportsWhatIsLost() {
        acknowledge(9);
        receive(0, 2);

        assertThat(ledger.compare().lost()).hasSize(7).startsWith(ids.get(1), ids.get(3));
        assertThat(ledger.compare())
                .asString()
                .contains("lost 7 [p 1 a/b c, p 3 a/b c, p 4 a/b c, p 5 a/b c, p 6 a/b c]...");
    }

    @Test
    void reportsARepeatedTailAsDuplicatesOnly() {
        acknowledge(4);
        receive(0, 1, 2, 1, 2, 3);

        assertThat(ledger.compare())
                .isEqualTo(new Report(4, 4, List.of(), List.of(ids.get(1), ids.get(2)), List.of(), List.of()));
    }

    @Test
    void reportsAFirstArrivalBehindALaterOneAsDisorder() {
        acknowledge(4);
        receive(0, 2, 1, 2, 3);

        assertThat(ledger.compare())
                .isEqualTo(new Report(4, 4, List.of(), List.of(ids.get(2)), List.of(ids.get(1)), List.of()));
    }

    @Test
    void keepsTheOrderOfEachTopicAlone() {
        Id first = ledger.nextId("p", "a");
        Id other = ledger.nextId("p", "b");
        ledger.received("r", other.payload(0));
        ledger.received("r", first.payload(0));

        assertThat(ledger.compare().disordered()).isEmpty();
        assertThat(ledger.compare().received()).isEqualTo(2);
    }

    @Test
    void reportsWhatNobodyPublished() {
        acknowledge(1);
        ledger.received("r", "36.2");
        ledger.received("r", new Id("p", 1, "a/b c").payload(0));
        ledger.received("r", new Id("q", 0, "a/b c").payload(0));

        assertThat(ledger.compare().unexpected()).containsExactly("36.2", "p 1 a/b c", "q 0 a/b c");
    }

    @Test
    void takesReceiversApart() {
        acknowledge(1);
        receive(0);
        ledger.received("other", "x");

        assertThat(ledger.compare("r").lost()).isEmpty();
        assertThat(ledger.compare("other").lost()).hasSize(1);
        assertThatThrownBy(() -> ledger.compare()).hasMessageContaining("name one");
    }

    @Test
    void goesOnWithTheFilesOfAKilledOne() throws IOException {
        acknowledge(3);
        receive(0, 1);
        // Not closed, and broken off in the middle of a line.
        Files.writeString(folder.resolve("acknowledged.log"), "p 77 a/", StandardOpenOption.APPEND);

        try (Ledger after = new Ledger(folder)) {
            assertThat(after.compare("r"))
                    .isEqualTo(new Report(3, 2, List.of(ids.get(2)), List.of(), List.of(), List.of()));
            assertThat(after.knows("p")).isTrue();
        }
    }

    @Test
    void fillsAPayloadToItsLength() {
        assertThat(new Id("p", 7, "a").payload(200))
                .hasSize(200)
                .startsWith("{\"id\":\"p 7 a\",")
                .endsWith("\"}");
    }
}
