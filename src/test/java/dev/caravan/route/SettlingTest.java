package dev.caravan.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SettlingTest {

    private final Settling settling = new Settling(stamps(Map.of("a", 1, "b", 1)));
    private SortedMap<String, Object> applied = stamps(Map.of("a", 1, "b", 1));

    @Test
    void takesWhatTwoLooksHaveSeen() {
        assertThat(look(Map.of("a", 2, "b", 1))).isFalse();
        assertThat(look(Map.of("a", 2, "b", 1))).isTrue();
        assertThat(applied).isEqualTo(stamps(Map.of("a", 2, "b", 1)));
    }

    @Test
    void takesFilesTogetherThatAreSavedTogether() {
        assertThat(look(Map.of("a", 2, "b", 1))).isFalse();
        assertThat(look(Map.of("a", 2, "b", 2))).isFalse();
        assertThat(look(Map.of("a", 2, "b", 2))).isTrue();
        assertThat(applied).isEqualTo(stamps(Map.of("a", 2, "b", 2)));
    }

    @Test
    void doesNotWaitForEverForAFileThatIsWrittenAllTheTime() {
        int looks = 0;
        while (!Integer.valueOf(2).equals(applied.get("a"))) {
            looks++;
            look(Map.of("a", 2, "b", looks + 1));
            assertThat(looks).isLessThan(10);
        }

        assertThat(looks).isEqualTo(3);
        assertThat(applied).containsEntry("b", 1);
    }

    @Test
    void takesNewAndDeletedFilesOfARestlessFolder() {
        for (int i = 2; i < 6; i++) {
            look(Map.of("b", i, "c", 1));
        }

        assertThat(applied).isEqualTo(stamps(Map.of("b", 1, "c", 1)));
    }

    /** Whether something was taken over. */
    private boolean look(Map<String, Object> seen) {
        SortedMap<String, Object> before = applied;
        applied = settling.look(applied, stamps(seen));
        return !applied.equals(before);
    }

    private static SortedMap<String, Object> stamps(Map<String, Object> stamps) {
        return new TreeMap<>(stamps);
    }
}
