package dev.caravan.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The reference page and the shipped file name every key with the default, the rule and the words of the code. */
class SettingsReferenceTest {

    @ParameterizedTest
    @EnumSource(Key.class)
    void standsInTheReferencePage(Key key) throws Exception {
        String defaultValue = key.defaultValue().isEmpty() ? "empty" : "`" + key.defaultValue() + "`";
        assertThat(Files.readAllLines(Path.of("docs", "reference", "settings.md")))
                .contains("| `" + key.dotted() + "` | " + defaultValue + " | "
                        + key.rule().sentence() + " | " + key.description() + " |");
    }

    @ParameterizedTest
    @EnumSource(Key.class)
    void standsInTheShippedFile(Key key) throws Exception {
        assertThat(Files.readAllLines(Path.of("config", "application.properties")))
                .containsSequence("# " + key.description() + ".", "#" + key.dotted() + "=" + key.defaultValue());
    }
}
