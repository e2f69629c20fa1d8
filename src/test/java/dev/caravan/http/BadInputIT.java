package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.http.HttpFixture.Answer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, with which status and which words. Nothing of it reaches the broker. */
class BadInputIT {

    private static HttpFixture http;

    @BeforeAll
    static void start() throws Exception {
        http = new HttpFixture();
    }

    @AfterAll
    static void nothingWasPublished() {
        assertThat(http.mqtt.sent).isEmpty();
        http.close();
    }

    static Stream<Arguments> badBodies() {
        String missing = "Missing 'topic' or 'payload'";
        return Stream.of(
                Arguments.of("{}", missing),
                Arguments.of("{\"topic\":\"a\"}", missing),
                Arguments.of("{\"payload\":\"a\"}", missing),
                Arguments.of("{\"topic\":null,\"payload\":\"a\"}", missing),
                Arguments.of("{\"topic\":\"a\",\"payload\":null}", missing),
                Arguments.of("{\"topic\":\"\",\"payload\":\"a\"}", missing),
                Arguments.of("{\"Topic\":\"a\",\"Payload\":\"a\"}", missing),
                Arguments.of("", "Body must be a JSON object"),
                Arguments.of("null", "Body must be a JSON object"),
                Arguments.of("[]", "Body must be a JSON object"),
                Arguments.of("\"text\"", "Body must be a JSON object"),
                Arguments.of("topic=a&payload=b", "Body must be valid JSON"),
                Arguments.of("{\"topic\":\"a\",\"payload\":", "Body must be valid JSON"),
                Arguments.of("{\"topic\":\"a\",\"payload\":\"b\"", "Body must be valid JSON"),
                Arguments.of("{\"topic\":\"a\",\"payload\":NaN}", "Body must be valid JSON"),
                Arguments.of("{'topic':'a','payload':'b'}", "Body must be valid JSON"),
                Arguments.of("{\"topic\":\"a\",\"payload\":01}", "Body must be valid JSON"),
                Arguments.of("{\"topic\":\"a\",\"payload\":\"b\"} {}", "nothing after it"),
                Arguments.of(
                        "{\"topic\":\"a\",\"payload\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}", "valid JSON"),
                Arguments.of("{\"topic\":5,\"payload\":\"b\"}", "'topic' must be a string"),
                Arguments.of("{\"topic\":[\"a\"],\"payload\":\"b\"}", "'topic' must be a string"),
                Arguments.of("{\"topic\":\"a/#\",\"payload\":\"b\"}", "wildcards"),
                Arguments.of("{\"topic\":\"a/+/b\",\"payload\":\"b\"}", "wildcards"),
                Arguments.of("{\"topic\":\"a\\u0000b\",\"payload\":\"b\"}", "U+0000"),
                Arguments.of("{\"topic\":\"a\\ud800b\",\"payload\":\"b\"}", "Unicode"),
                Arguments.of("{\"topic\":\"" + "a".repeat(65_536) + "\",\"payload\":\"b\"}", "65535 bytes"),
                Arguments.of("{\"topic\":\"" + "ä".repeat(32_768) + "\",\"payload\":\"b\"}", "65535 bytes"),
                Arguments.of("{\"topic\":\"$SYS/x\",\"payload\":\"b\"}", "must not begin with $"),
                Arguments.of("{\"topic\":\"$share/g/x\",\"payload\":\"b\"}", "must not begin with $"),
                Arguments.of("{\"topic\":\"a::b\",\"payload\":\"b\"}", "topic must not contain ::"),
                Arguments.of("{\"topic\":\"a\",\"payload\":\"\\ud800\"}", "'payload' must be well-formed Unicode"),
                Arguments.of("{\"topic\":\"a\",\"payload\":\"b\",\"qos\":3}", "'qos' must be 0, 1 or 2"),
                Arguments.of("{\"topic\":\"a\",\"payload\":\"b\",\"qos\":-1}", "'qos' must be 0, 1 or 2"),
                Arguments.of("{\"topic\":\"a\",\"payload\":\"b\",\"qos\":1.0}", "'qos' must be 0, 1 or 2"),
                Arguments.of("{\"topic\":\"a\",\"payload\":\"b\",\"qos\":\"1\"}", "'qos' must be 0, 1 or 2"),
                Arguments.of("{\"topic\":\"a\",\"payload\":\"b\",\"qos\":true}", "'qos' must be 0, 1 or 2"),
                Arguments.of(
                        "{\"topic\":\"a\",\"payload\":\"b\",\"retain\":\"yes\"}", "'retain' must be true or false"),
                Arguments.of("{\"topic\":\"a\",\"payload\":\"b\",\"retain\":1}", "'retain' must be true or false"),
                Arguments.of("{\"topic\":\"a\",\"payload\":\"b\",\"publisher\":5}", "'publisher' must be a string"),
                Arguments.of("{\"topic\":\"a\",\"payload\":\"b\",\"publisher\":{}}", "'publisher' must be a string"),
                Arguments.of("{\"topic\":\"a\",\"payload\":\"b\",\"publisher\":\"a\\u0000\"}", "U+0000"),
                Arguments.of(
                        "{\"topic\":\"a\",\"payload\":\"b\",\"publisher\":\"" + "p".repeat(65_536) + "\"}",
                        "'publisher' must not be longer"));
    }

    @ParameterizedTest
    @MethodSource("badBodies")
    void refusesBodies(String body, String words) throws Exception {
        assertRefused(http.publish(body), 400, words);
    }

    @Test
    void refusesAMessageThatTheBrokerWouldNotTake() throws Exception {
        int payload = (int) HttpFixture.MAX_PACKET - 10;
        String body = "{\"topic\":\"a\",\"payload\":\"" + "x".repeat(payload) + "\"}";
        assertThat(body.length()).isLessThan((int) HttpFixture.MAX_BODY);

        assertRefused(http.publish(body), 413, "mqtt.max-packet-size");
    }

    @Test
    void refusesABodyThatIsNotUtf8() throws Exception {
        byte[] latin1 = "{\"topic\":\"a\",\"payload\":\"\u00e4\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertRefused(
                http.send(HttpRequest.newBuilder(http.uri("/publish"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(latin1))),
                400,
                "Body must be UTF-8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET    | /subscribe                          | 400 | Missing 'topic' parameter",
                "GET    | /subscribe?topic=a&sinc=0           | 400 | did you mean 'since'",
                "GET    | /topics?vew=tree                    | 400 | did you mean 'view'",
                "GET    | /topics/a/sse?fliter=x              | 400 | did you mean 'filter'",
                "GET    | /series?topic=a&form=-1h            | 400 | did you mean 'from'",
                "GET    | /history?topic=a&since=-1s          | 400 | Unknown parameter 'since'",
                "GET    | /subscribe?topic=                   | 400 | Missing 'topic' parameter",
                "GET    | /subscribe?Topic=a                  | 400 | Missing 'topic' parameter",
                "GET    | /subscribe?topic=a%2F%23%2Fb        | 400 | # only as its last level",
                "GET    | /subscribe?topic=a%2Bb              | 400 | alone in their level",
                "GET    | /subscribe?topic=a%00               | 400 | U+0000",
                "GET    | /subscribe?topic=%ff                | 400 | UTF-8",
                "GET    | /subscribe?topic=a&since=yesterday  | 400 | 'since' must be seconds since 1970",
                "GET    | /subscribe?topic=a&limit=0          | 400 | 'limit' must be",
                "GET    | /subscribe?topic=a&limit=100001     | 400 | 'limit' must be",
                "GET    | /subscribe?topic=a&limit=-1         | 400 | 'limit' must be",
                "GET    | /subscribe?topic=a&limit=           | 400 | 'limit' must be",
                "GET    | /subscribe?topic=a&since=           | 400 | 'since' must be seconds since 1970",
                "GET    | /subscribe?topic=a&since=nan        | 400 | 'since' must be seconds since 1970",
                "GET    | /subscribe?topic=a&since=1e999999999| 400 | 'since' must be seconds since 1970",
                "GET    | /subscribe?topic=a&since=0x10       | 400 | 'since' must be seconds since 1970",
                "DELETE | /clear                              | 400 | Missing 'topic' parameter",
                "DELETE | /clear?topic=                       | 400 | Missing 'topic' parameter",
                "DELETE | /clear?topic=a%2F%23                | 400 | wildcards",
                "DELETE | /clear?topic=%2B                    | 400 | wildcards",
                "GET    | /topics?view=xml                    | 400 | 'view' must be list or tree",
                "GET    | /publish                            | 405 | POST",
                "DELETE | /publish                            | 405 | POST",
                "POST   | /subscribe                          | 405 | GET, HEAD",
                "PUT    | /topics                             | 405 | GET, HEAD",
                "GET    | /clear?topic=a                      | 405 | DELETE",
                "POST   | /                                   | 405 | GET, HEAD",
                "OPTIONS| /publish                            | 405 | POST",
                "TRACE  | /publish                            | 405 | POST",
                "GET    | /nope                               | 404 | Not found",
                "POST   | /nope                               | 404 | Not found",
                "GET    | /publish/                           | 404 | Not found",
                "GET    | /topics/                            | 404 | Not found",
                "GET    | //topics                            | 404 | Not found",
                "GET    | /./topics                           | 404 | Not found",
                "GET    | /x/../topics                        | 404 | Not found",
                "GET    | /%74opics                           | 404 | Not found",
                "GET    | /TOPICS                             | 404 | Not found",
                "GET    | /topics;x=1                         | 404 | Not found",
                "GET    | /pom.xml                            | 404 | Not found",
                "GET    | /routes/README.md                   | 404 | Not found",
                "GET    | /web/index.html                     | 404 | Not found",
                "GET    | /..%2fpom.xml                       | 404 | Not found",
                "GET    | /%2e%2e/pom.xml                     | 404 | Not found",
                "GET    | /shipped/config/application.properties | 404 | Not found"
            })
    void refusesRequests(String method, String target, int status, String words) throws Exception {
        Answer answer = http.method(method, target);
        if (status == 405) {
            assertThat(answer.headers).containsEntry("allow", words);
        }
        assertRefused(answer, status, words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/subscribe?topic=%", "/subscribe?topic=%zz", "/subscribe?topic=a&x=%f", "/topics?%g0=1"})
    void refusesQueriesThatAreNotPercentEncoded(String target) throws Exception {
        assertRefused(http.raw("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n"), 400, "Query must");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/json; charset=iso-8859-1",
                "application/json; charset=utf-16",
                "application/jsonp",
                "text/json",
                "*/*",
                "application/json, text/plain"
            })
    void refusesOtherContentTypes(String type) throws Exception {
        assertRefused(publishAs(type), 415, "Content-Type must be application/json");
    }

    @Test
    void refusesAMissingContentType() throws Exception {
        assertRefused(
                http.send(HttpRequest.newBuilder(http.uri("/publish")).POST(BodyPublishers.ofString("{}"))),
                415,
                "Content-Type must be application/json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON",
                "application/json;charset=utf-8",
                "application/json; charset=\"UTF-8\"",
                "application/json ; charset=UTF8",
                "application/vnd.caravan.message+json"
            })
    void takesJsonContentTypes(String type) throws Exception {
        assertRefused(publishAs(type), 400, "Missing 'topic' or 'payload'");
    }

    @Test
    void refusesABodyThatIsTooLarge() throws Exception {
        String large = "{\"topic\":\"a\",\"payload\":\"" + "x".repeat((int) HttpFixture.MAX_BODY) + "\"}";
        assertRefused(http.publish(large), 413, "100000 bytes");
        // Chunked: the length is not known before.
        assertRefused(
                http.send(HttpRequest.newBuilder(http.uri("/publish"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString(large)))),
                413,
                "100000 bytes");
    }

    @Test
    void refusesATooLargeBodyBeforeItIsSent() throws Exception {
        assertRefused(
                http.raw("POST /publish HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 999999999999\r\nExpect: 100-continue\r\n\r\n"),
                413,
                "100000 bytes");
    }

    private static Answer publishAs(String type) throws Exception {
        return http.send(HttpRequest.newBuilder(http.uri("/publish"))
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString("{}")));
    }

    private static void assertRefused(Answer answer, int status, String words) throws Exception {
        assertThat(answer.status).as(answer.toString()).isEqualTo(status);
        assertThat(answer.headers).containsEntry("content-type", "application/json");
        assertThat(answer.error()).contains(words);
        assertThat(answer.json().size()).isEqualTo(1);
        assertThat(answer.body).doesNotContain("Exception").doesNotContain("\tat ");
    }
}
