package dev.caravan.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.json.JsonPath;
import dev.caravan.json.SyntaxException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
class ColumnTest {

    private static CellSource field(String path) {
        try {
            return new CellSource.Field(JsonPath.parse(path));
        } catch (SyntaxException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void readsNamesTypesSourcesAndFallbacks() {
        assertThat(
                        Column.parseAll(
                                "a, t|received ,id=topic:2|$.id|header:X-Id, lat:number=$.gps.lat,all=topic,p=property:my site"))
                .containsExactly(
                        new Column("a", CellType.ANY, List.of(field("a"))),
                        new Column("t", CellType.ANY, List.of(field("t"), new CellSource.Received())),
                        new Column(
                                "id",
                                CellType.ANY,
                                List.of(new CellSource.TopicLevel(2), field("id"), new CellSource.Header("X-Id"))),
                        new Column("lat", CellType.NUMBER, List.of(field("gps.lat"))),
                        new Column("all", CellType.ANY, List.of(new CellSource.Topic())),
                        new Column("p", CellType.ANY, List.of(new CellSource.UserProperty("my site"))));
    }

    @Test
    void takesAFieldByItsWholeNameWhateverCharactersItHas() {
        assertThat(Column.parseAll("a.b,$x y,\"a:b|c,d=\"\"e\"\"\":text|received, °C"))
                .containsExactly(
                        Column.ofField("a.b"),
                        Column.ofField("$x y"),
                        new Column(
                                "a:b|c,d=\"e\"",
                                CellType.TEXT,
                                List.of(field("$['a:b|c,d=\"e\"']"), new CellSource.Received())),
                        Column.ofField("°C"));
    }

    @Test
    void readsPaths() {
        assertThat(Column.parseAll("a=$,b=$.x[0].y,c=$['odd, | name'].z,d=$[\"it's\"][12],e=$['it\\'s,'],f"))
                .extracting(column -> column.sources().get(0))
                .containsExactly(
                        field("$"),
                        field("x[0].y"),
                        field("$['odd, | name'].z"),
                        field("$[\"it's\"][12]"),
                        field("$[\"it's,\"]"),
                        field("f"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "a:float; column 1: 'a': the type must be one of number, integer, text, boolean, time, was 'float'",
                "x,a=$.; column 2: 'a': '$.' is no path at character 3",
                "a=$[x]; column 1: 'a': '$[x]' is no path at character 3",
                "a=$.x[-1]; column 1: 'a': '$.x[-1]' is no path at character 5",
                "a=$['x; column 1: 'a': '$['x' is no path at character 5: expected ' at the end",
                "a=now; column 1: 'a': a source must be",
                "a=; column 1: 'a': a source must be",
                "a=topic:0; column 1: 'a': a source must be",
                "a=header:; column 1: 'a': a source must be",
                "a=header:a b; column 1: 'a': a source must be",
                "x,\"a; column 2: a double quote is not closed",
                "a\"b; column 1: a name with a double quote",
                "\"a\"b; column 1: after a quoted name",
                "a,b,a; column 3: 'a' is given twice",
            })
    void namesTheColumnAndTheRule(String columns, String problem) {
        assertThatThrownBy(() -> Column.parseAll(columns))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'columns': ")
                .hasMessageContaining(problem);
    }

    @Test
    void namesAllProblemsOfAUriAtOnce() throws Exception {
        Map<String, Object> given = new HashMap<>(Map.of(
                "columns",
                "a:float,b|never",
                "rotate",
                "weekly",
                "keep",
                "many",
                "zone",
                "Atlantis",
                "gzip",
                "yes",
                "fsync",
                "sometimes",
                "file",
                "name",
                "max-files",
                "0",
                "open-files",
                "5000",
                "new-columns",
                "rotate"));
        given.put("write-error", "ignore");

        assertThatThrownBy(() -> CsvLogOptions.read("..", given))
                .hasMessageContainingAll(
                        "the name must",
                        "column 1: 'a'",
                        "column 2: 'b'",
                        "'rotate'",
                        "'keep'",
                        "'zone'",
                        "'gzip'",
                        "'fsync'",
                        "'file'",
                        "'max-files'",
                        "'open-files'",
                        "'write-error'");
    }

    @Test
    void refusesWhatConcernsClosedFilesWhereNoneIsEverClosed() {
        Map<String, String> given = Map.of("columns", "a", "gzip", "true", "keep", "30d");

        assertThatThrownBy(() -> CsvLogOptions.read("x", new HashMap<>(given)))
                .hasMessageContaining("'gzip' needs 'rotate'")
                .hasMessageContaining("'keep' needs 'rotate'");
        for (String closes : List.of("rotate=day", "file=topic:2", "new-columns=rotate")) {
            Map<String, Object> with = new HashMap<>(given);
            with.put(closes.split("=")[0], closes.split("=")[1]);
            assertThatCode(() -> CsvLogOptions.read("x", with)).as(closes).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-2026-05-01.0001", "a.b-2026-05-01T13.12345"})
    void refusesALogThatIsNamedLikeAClosedFile(String name) {
        assertThatThrownBy(() -> CsvLogOptions.read(name, new HashMap<>(Map.of("columns", "a"))))
                .hasMessageContaining("closed file");
    }
}
