package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryTest {

    @ParameterizedTest
    @CsvSource({
        "topic=+, +",
        "topic=a/+/b, a/+/b",
        "topic=+/+/%23, +/+/#",
        "topic=a%2F+%2fb, a/+/b",
        "topic=a/%2B, a/+",
        "topic=a+b/c+, 'a b/c '",
        "topic=a/++/b, 'a/  /b'",
        "x=+&topic=+, +"
    })
    void aLevelThatIsOnlyAPlusIsTheWildcard(String query, String topic) {
        assertThat(Query.parse(query).get("topic")).isEqualTo(topic);
    }

    @ParameterizedTest
    @CsvSource({"filter=+, ' '", "filter=a/+/b, 'a/ /b'"})
    void elsewhereItIsASpace(String query, String filter) {
        assertThat(Query.parse(query).get("filter")).isEqualTo(filter);
    }
}
