package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.http.HttpFixture.Answer;
import java.net.http.HttpRequest;
import java.time.Duration;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HEAD is answered wherever GET is (RFC 9110, 9.1). */
class HeadIT {

    private HttpFixture http;

    @BeforeEach
    void start() throws Exception {
        http = new HttpFixture();
        http.publish("{\"topic\":\"a\",\"message\":\"one\"}");
    }

    @AfterEach
    void stop() throws Exception {
        http.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/page.css",
                "/status",
                "/topics",
                "/topics?view=tree",
                "/topics?view=xml",
                "/subscribe?topic=a",
                "/subscribe?topic=a&limit=no",
                "/subscribe",
                "/subscribe?topic=a&since=id:0",
                "/history?topic=a",
                "/history?topic=a&format=csv",
                "/history?topic=a&format=xml",
                "/series?topic=a&from=2026-01-01&to=2026-01-02",
                "/nope"
            })
    void hasTheStatusAndTheHeadersOfGetAndNoBody(String target) throws Exception {
        Answer get = http.get(target);

        Answer head = http.method("HEAD", target);

        assertThat(head.status).isEqualTo(get.status);
        assertThat(head.body).isEmpty();
        get.headers.remove("transfer-encoding");
        if (!head.headers.containsKey("content-length")) {
            get.headers.remove("content-length"); // Of a body that is made by and by.
        }
        assertThat(head.headers).isEqualTo(get.headers);
    }

    @Test
    void tellsTheLengthThatGetHas() throws Exception {
        assertThat(http.method("HEAD", "/topics").headers)
                .containsEntry(
                        "content-length",
                        String.valueOf(http.get("/topics").body.length()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/subscribe?topic=b&wait=60s", "/subscribe?topic=b&wait=60s&since=id:0", "/topics/b/sse"})
    void waitsForNoMessage(String target) throws Exception {
        Answer head = http.send(HttpRequest.newBuilder(http.uri(target))
                .timeout(Duration.ofSeconds(20))
                .method("HEAD", HttpRequest.BodyPublishers.noBody()));

        assertThat(head.status).isEqualTo(200);
        assertThat(head.headers)
                .containsEntry(
                        "content-type", target.endsWith("/sse") ? EventStream.MEDIA_TYPE : JsonAnswer.MEDIA_TYPE);
        assertThat(http.waiting()).isZero();
    }

    @Test
    void isAnsweredWhereGetIsNamedTwice() throws Exception {
        http.context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("platform-http:/twice?httpMethodRestrict=GET,get").setBody(constant("x"));
            }
        });

        assertThat(http.method("HEAD", "/twice").status).isEqualTo(200);
        assertThat(http.get("/twice").body).isEqualTo("x");
        assertThat(http.method("POST", "/twice").status).isEqualTo(405);
    }

    @Test
    void isRefusedWhereGetIs() throws Exception {
        Answer head = http.method("HEAD", "/publish");

        assertThat(head.status).isEqualTo(405);
        assertThat(head.headers).containsEntry("allow", "POST");
        assertThat(head.body).isEmpty();
    }
}
