package dev.caravan.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.text.Normalizer;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
class SafeFileNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "boiler-3", "room_1", "-", "console", "0"})
    void leavesPlainNamesAsTheyAre(String text) {
        assertThat(SafeFileName.of(text).value()).isEqualTo(text);
    }

    @Test
    void keepsWhatIsReadableOfOthers() {
        assertThat(SafeFileName.of("Room 1").value()).matches("Room_1~[0-9a-f]{24}");
        assertThat(SafeFileName.of("").value()).matches("_~[0-9a-f]{24}");
    }

    @Test
    void isAFileNameEverywhereWhateverTheTextHolds() {
        List<String> texts = List.of(
                "..",
                ".",
                "/",
                "../../etc/passwd",
                "a/b",
                "a\\b",
                "C:x",
                "CON",
                "con",
                "nul",
                "lpt1",
                "com9",
                "a\u0000b",
                "x".repeat(300),
                "é",
                "e\u0301",
                "😀",
                "\ud800",
                "a~b",
                "~",
                " a",
                "a ",
                "a.",
                ".hidden",
                "%2e%2e",
                "x-2026-05-01.0001",
                "\n",
                "<b>",
                "a|b",
                "a?b*",
                "a\"b");

        assertThat(texts).allSatisfy(text -> assertThat(SafeFileName.of(text).value())
                .matches("[A-Za-z0-9_-]{1,39}~[0-9a-f]{24}"));
    }

    @Test
    void tellsTextsApartAlsoWhereCaseAndFormsDoNotCount() {
        List<String> texts =
                List.of("a", "A", "é", "e\u0301", "É", "a~b", "A~B", "a b", "a_b", "a/b", "", "_", "\ud800", "\ud801");
        Set<String> names = new HashSet<>();

        texts.forEach(
                text -> names.add(Normalizer.normalize(SafeFileName.of(text).value(), Normalizer.Form.NFD)
                        .toLowerCase(Locale.ROOT)));

        assertThat(names).hasSameSizeAs(texts);
    }

    @Test
    void neverTakesTheNameThatAnotherTextHas() {
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(6);
            for (int c = 0; c < length; c++) {
                text.append("aA.~_/0".charAt(random.nextInt(7)));
            }
            String name = SafeFileName.of(text.toString()).value();

            assertThat(SafeFileName.of(name).value().equals(name))
                    .isEqualTo(text.toString().equals(name));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a.b", "..", "con", "a~b", "a~0123456789abcdef01234567\n"})
    void refusesWhatIsNotWrittenByIt(String value) {
        assertThatThrownBy(() -> new SafeFileName(value)).isInstanceOf(IllegalArgumentException.class);
    }
}
