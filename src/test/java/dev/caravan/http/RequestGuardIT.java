package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.http.HttpFixture.Answer;
import dev.caravan.testkit.Ports;
import dev.caravan.topic.TopicFilter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Set;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the guard lets in and keeps out. */
class RequestGuardIT {

    private static final String BODY = "{\"topic\":\"a\",\"payload\":\"b\"}";

    private HttpFixture http;

    @BeforeEach
    void start() throws Exception {
        http = new HttpFixture();
    }

    @AfterEach
    void stop() {
        http.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "localhost:8080",
                "LOCALHOST",
                "127.0.0.1",
                "[::1]:99",
                "proxy.example",
                "proxy.example:443"
            })
    void letsKnownHostsIn(String host) throws Exception {
        assertThat(http.raw("GET /topics HTTP/1.1\r\nHost: " + host + "\r\n\r\n").status)
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "localhost.evil.example",
                "evil.example:8080",
                "127.0.0.1.evil.example",
                "127.0.0.2",
                "localhost@evil.example",
                "evil.example#localhost",
                "localhost:80:80",
                "localhost, evil.example",
                " ",
                "[::2]",
                "localhost\r\nHost: evil.example",
                "localhost\r\nHost: localhost"
            })
    void keepsForeignHostsOut(String host) throws Exception {
        Answer answer = http.raw("GET /topics HTTP/1.1\r\nHost: " + host + "\r\n\r\n");

        assertThat(answer.status).isIn(400, 403);
        assertThat(answer.body).doesNotContain("count");
    }

    @Test
    void keepsRequestsWithoutAHostOut() throws Exception {
        assertThat(http.raw("GET /topics HTTP/1.0\r\n\r\n").status).isIn(400, 403);
    }

    @Test
    void keepsAbsoluteTargetsOut() throws Exception {
        Answer answer = http.raw("GET http://evil.example/topics HTTP/1.1\r\nHost: localhost\r\n\r\n");

        assertThat(answer.status).isEqualTo(400);
        assertThat(answer.error()).isEqualTo("Request target must be a path");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example",
                "https://evil.example:8080",
                "null",
                "file://localhost",
                "http://localhost.evil.example",
                "http://localhost@evil.example",
                "garbage",
                "http://"
            })
    void keepsChangesFromOtherSitesOut(String origin) throws Exception {
        Answer posted = http.send(post().header("Origin", origin));
        Answer deleted = http.send(
                HttpRequest.newBuilder(http.uri("/clear?topic=a")).DELETE().header("Origin", origin));

        assertThat(posted.status).isEqualTo(403);
        assertThat(posted.error()).isEqualTo("Origin is not allowed here");
        assertThat(deleted.status).isEqualTo(403);
        assertThat(http.mqtt.sent).isEmpty();
    }

    @Test
    void keepsDeletesOfConsumersFromOtherSitesOut() throws Exception {
        http.store.acknowledge("plc", new TopicFilter("a"), 1);

        assertThat(delete("plc", "http://evil.example").status).isEqualTo(403);
        assertThat(http.store.consumers().positions()).hasSize(1);
        assertThat(delete("plc", "http://localhost").status).isEqualTo(204);
        assertThat(delete("plc", "http://localhost").error()).isEqualTo("Consumer not found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"line/1", "a b", "50%", "ü?#&=;", "a/../b", "...", "a\\b", "a+b", "%2E"})
    void aConsumerIsForgottenWhateverItsName(String name) throws Exception {
        http.store.acknowledge(name, new TopicFilter("a"), 1);

        Answer answer = delete(HttpFixture.encode(name).replace("+", "%20"), "http://localhost");

        assertThat(answer.status).as(answer.toString()).isEqualTo(204);
        assertThat(http.store.consumers().positions()).isEmpty();
    }

    private Answer delete(String name, String origin) throws Exception {
        return http.send(
                HttpRequest.newBuilder(http.uri("/consumers/" + name)).DELETE().header("Origin", origin));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:8080", "http://localhost", "https://proxy.example"})
    void letsItsOwnPageIn(String origin) throws Exception {
        assertThat(http.send(post().header("Origin", origin)).status).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/topics/a/sse",
                "/subscribe?topic=a&wait=10m",
                "/subscribe?topic=a&ack=x",
                "/subscribe?topic=a&since=id:0",
                "/subscribe?topic=a&%73ince=%20id%3A0",
                "/history?topic=%23",
                "/series?topic=a",
                "/consumers"
            })
    void aForeignPageMayNotHoldAPlace(String target) throws Exception {
        assertThat(http.send(HttpRequest.newBuilder(http.uri(target)).header("Origin", "http://evil.example")).status)
                .isEqualTo(403);
        assertThat(http.send(HttpRequest.newBuilder(http.uri(target)).header("Sec-Fetch-Site", "cross-site")).status)
                .isEqualTo(403);
        assertThat(http.waiting()).isZero();
    }

    @Test
    void aPageOfAnAllowedNameMayDownload() throws Exception {
        Answer own = http.send(HttpRequest.newBuilder(http.uri("/history?topic=%23"))
                .header("Sec-Fetch-Site", "cross-site")
                .header("Origin", "https://proxy.example"));
        Answer typed =
                http.send(HttpRequest.newBuilder(http.uri("/history?topic=%23")).header("Sec-Fetch-Site", "none"));

        assertThat(own.status).isEqualTo(200);
        assertThat(typed.status).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Accept=text/event-stream", "accept=text%2Fevent-stream"})
    void aParameterDoesNotStandInForAccept(String parameter) throws Exception {
        Answer answer = http.send(HttpRequest.newBuilder(http.uri("/subscribe?topic=a&" + parameter))
                .header("Origin", "http://evil.example")
                .timeout(Duration.ofSeconds(60)));

        assertThat(String.valueOf(answer.headers.get("content-type"))).isEqualTo("application/json");
        assertThat(http.waiting()).isZero();
    }

    @Test
    void neverAllowsOtherSitesToRead() throws Exception {
        Answer answer = http.send(HttpRequest.newBuilder(http.uri("/topics")).header("Origin", "http://evil.example"));

        assertThat(answer.headers).doesNotContainKey("access-control-allow-origin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/page.js", "/topics", "/nope", "/subscribe"})
    void sendsSecurityHeadersWithEveryAnswer(String target) throws Exception {
        Answer answer = http.get(target);

        assertThat(answer.headers.get("content-security-policy")).startsWith("default-src 'self'");
        assertThat(answer.headers)
                .containsEntry("x-content-type-options", "nosniff")
                .containsEntry("x-frame-options", "DENY")
                .containsEntry("referrer-policy", "no-referrer")
                .containsEntry("cache-control", "no-store");
    }

    @Test
    void camelHeadersFromOutsideHaveNoEffect() throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(http.uri("/publish?CamelPahoMqtt5OverrideTopic=evil"
                        + "&camelpahomqtt5qos=2&CamelMqttContentType=x&topic=evil&CamelHttpResponseCode=201"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(BODY));
        for (String name : new String[] {
            "CamelPahoMqtt5OverrideTopic",
            "camelpahomqtt5overridetopic",
            "CAMELPAHOMQTT5RETAINED",
            "CamelMqttTopic",
            "CamelMqttUserProperties",
            "CamelMqttPublishTimeout",
            "camelmqttpublishtimeout",
            "CamelHttpUri",
            "CamelHttpRawQuery",
            "CamelFileName",
            "camelfilename",
            "CamelBeanMethodName",
            "camelbeanmethodname",
            "org.apache.camel.x",
            "topic",
            "X-Reflected"
        }) {
            request.header(name, "evil");
        }
        Answer answer = http.send(request);

        assertThat(answer.status).isEqualTo(200);
        assertThat(answer.json().get("topic").textValue()).isEqualTo("a");
        LoopbackMqtt.Sent sent = http.mqtt.sent.get(0);
        assertThat(sent.headers().keySet())
                .containsExactlyInAnyOrder(
                        "CamelPahoMqtt5OverrideTopic",
                        "CamelPahoMqtt5Qos",
                        "CamelPahoMqtt5Retained",
                        "CamelMqttUserProperties",
                        // Of the route.
                        "CamelMqttPublishTimeout");
        assertThat(sent.headers().get("CamelMqttPublishTimeout")).isEqualTo("10s");
        assertThat(sent.topic()).isEqualTo("a");
        assertThat(sent.headers().get("CamelPahoMqtt5Qos")).isEqualTo(1);
        assertThat(sent.headers().toString()).doesNotContain("evil");
        assertThat(answer.headers).doesNotContainKeys("x-reflected", "topic");
    }

    @Test
    void headersDoNotStandInForParameters() throws Exception {
        http.publish(BODY);

        Answer byHeader = http.send(HttpRequest.newBuilder(http.uri("/subscribe"))
                .header("topic", "a")
                .header("CamelHttpRawQuery", "topic=a")
                .header("CamelHttpQuery", "topic=a"));
        Answer both = http.send(HttpRequest.newBuilder(http.uri("/subscribe?topic=a&topic=b"))
                .header("topic", "c")
                .header("CamelBeanMethodName", "clear"));

        assertThat(byHeader.status).isEqualTo(400);
        assertThat(both.json().get("topic").textValue()).isEqualTo("a");
        assertThat(both.json().get("count").intValue()).isEqualTo(1);
    }

    @Test
    void takesQueriesAsCurlSendsThem() throws Exception {
        http.publish("{\"topic\":\"küche/1 2\",\"payload\":\"b\"}");

        Answer answer = http.raw("GET /subscribe?topic=küche/1+2 HTTP/1.1\r\nHost: localhost\r\n\r\n");

        assertThat(answer.json().path("count").intValue()).as(answer.toString()).isEqualTo(1);
    }

    @Test
    void servesThePage() throws Exception {
        assertThat(http.get("/").headers).containsEntry("content-type", "text/html; charset=utf-8");
        assertThat(http.get("/").body)
                .contains("<title>Caravan</title>")
                .doesNotContain("<script>", "http://", "https://");
        assertThat(http.get("/page.js").headers).containsEntry("content-type", "text/javascript; charset=utf-8");
        assertThat(http.get("/page.js").body).doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(");
        assertThat(http.get("/page.css").status).isEqualTo(200);
        assertThat(http.get("/icon.svg").headers).containsEntry("content-type", "image/svg+xml");
        Answer head = http.method("HEAD", "/");
        assertThat(head.status).isEqualTo(200);
        assertThat(head.body).isEmpty();
    }

    @Test
    void saysWhichPortIsInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                DefaultCamelContext other = new DefaultCamelContext()) {
            other.start();
            HttpServerSettings settings =
                    new HttpServerSettings("127.0.0.1", taken.getLocalPort(), 1_000, 100, Set.of());

            assertThatThrownBy(() -> HttpServer.start(other, settings))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("http.port");
        }
    }

    @Test
    void listensOnTheConfiguredPort() throws Exception {
        int free = Ports.free();
        try (DefaultCamelContext other = new DefaultCamelContext()) {
            other.start();
            HttpServer server =
                    HttpServer.start(other, new HttpServerSettings("127.0.0.1", free, 1_000, 100, Set.of()));
            other.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("platform-http:/ping").setBody(constant("pong"));
                }
            });

            assertThat(server.port()).isEqualTo(free);
            assertThat(http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + free + "/ping"))).body)
                    .isEqualTo("pong");
        }
    }

    private HttpRequest.Builder post() {
        return HttpRequest.newBuilder(http.uri("/publish"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(BODY));
    }
}
