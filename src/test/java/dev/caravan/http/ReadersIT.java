package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.http.HttpFixture.Answer;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Scripts that follow a topic by asking again, by waiting and by acknowledging. */
@Timeout(600)
class ReadersIT {

    @TempDir
    private Path folder;

    // Of HTTP/2 a connection has no room for more than a hundred.
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private HttpFixture http;

    @BeforeEach
    void start() throws Exception {
        http = HttpFixture.on(folder);
    }

    @AfterEach
    void stop() {
        http.close();
    }

    private CompletableFuture<HttpResponse<String>> ask(String target) {
        return client.sendAsync(HttpRequest.newBuilder(http.uri(target)).build(), BodyHandlers.ofString());
    }

    private void awaitWaiting(int count) {
        await().atMost(Duration.ofSeconds(60)).until(() -> http.waiting() == count);
    }

    @Test
    void aWaitingReaderGetsTheFirstMessageThatMatches() throws Exception {
        CompletableFuture<HttpResponse<String>> answer = ask("/subscribe?topic=a/%2B&wait=30s&filter=$.t%20%3E%201");
        awaitWaiting(1);
        http.keep("b", "{\"t\":5}");
        http.keep("a/x", "{\"t\":1}");
        awaitWaiting(1);
        assertThat(answer).isNotDone();

        http.keep("a/y", "{\"t\":2}");

        assertThat(answer.get().body()).startsWith("{\"topic\":\"a/+\",\"count\":1,\"messages\":[{\"topic\":\"a/y\"");
        assertThat(answer.get().statusCode()).isEqualTo(200);
        assertThat(answer.get().headers().firstValue("Content-Type")).contains("application/json");
    }

    @Test
    void whatIsThereIsAnsweredAtOnce() throws Exception {
        http.keep("a", "one");

        assertThat(http.get("/subscribe?topic=a&since=0&wait=10m")
                        .json()
                        .get("count")
                        .intValue())
                .isEqualTo(1);
    }

    @Test
    void aReaderWhoWaitedInVainGetsNothing() throws Exception {
        Answer answer = http.get("/subscribe?topic=a&wait=50ms");

        assertThat(answer.body).isEqualTo("{\"topic\":\"a\",\"count\":0,\"messages\":[]}");
        awaitWaiting(0);
    }

    @Test
    void noMessageIsMissedBetweenTheLookAndTheWait() throws Exception {
        String since = "0";
        for (int round = 0; round < 300; round++) {
            CompletableFuture<HttpResponse<String>> answer = ask("/subscribe?topic=a&wait=60s&since=" + since);
            http.keep("a", "m" + round); // Now before the look, now after the wait has begun, now between.

            String body = answer.get().body();

            assertThat(body).contains("\"count\":1,").contains("\"m" + round + "\"");
            since = body.replaceAll(".*\"timestamp\":([0-9.]+),.*", "$1");
        }
    }

    @Test
    void aThousandWaitWithoutAThreadForEachAndAreAllWoken() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < HttpFixture.MAX_OPEN; i++) {
            answers.add(ask("/subscribe?topic=a/" + i % 7 + "&wait=5m"));
        }
        awaitWaiting(HttpFixture.MAX_OPEN);
        // The bounded workers that answered the requests; those who wait hold none.
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().matches("(vert\\.x|http-readers|Camel).*"))
                .hasSizeBetween(1, 100);

        HttpResponse<String> oneMore = ask("/subscribe?topic=a/0&wait=5m").get();
        assertThat(oneMore.statusCode()).isEqualTo(503);
        assertThat(oneMore.body()).contains("http.max-open-answers");
        assertThat(oneMore.headers().firstValue("Retry-After")).isPresent();
        assertThat(http.get("/subscribe?topic=a/0").status).isEqualTo(200);

        for (int i = 0; i < 7; i++) {
            http.keep("a/" + i, "now");
        }

        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(answer.get().body()).contains("\"count\":1");
        }
        awaitWaiting(0);
        assertThat(ask("/subscribe?topic=z&wait=1ms").get().statusCode()).isEqualTo(200);
    }

    @Test
    void aReaderWhoHangsUpIsForgotten() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Socket socket = new Socket("127.0.0.1", http.server.port());
            socket.getOutputStream()
                    .write("GET /subscribe?topic=a&wait=10m HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            sockets.add(socket);
        }
        awaitWaiting(50);

        for (Socket socket : sockets) {
            socket.close();
        }

        awaitWaiting(0);
    }

    @Test
    void whoWaitsDoesNotHoldUpAnEditOfTheRoute() throws Exception {
        CompletableFuture<HttpResponse<String>> answer = ask("/subscribe?topic=a&wait=10m");
        awaitWaiting(1);

        http.context.getRouteController().stopRoute("http-subscribe-messages");

        assertThat(answer.get().body()).isEqualTo("{\"topic\":\"a\",\"count\":0,\"messages\":[]}");
    }

    @Test
    void aRestartKeepsHistoryAndPositions() throws Exception {
        for (int i = 0; i < 250; i++) {
            http.keep("a/" + i % 2, "m" + i);
        }
        Answer first = http.get("/subscribe?topic=a/%23&ack=plc&limit=120");
        assertThat(first.json().get("truncated").booleanValue()).isTrue();
        long last = first.json().get("messages").get(119).get("id").longValue();
        assertThat(acknowledge(last).status).isEqualTo(200);

        http.close();
        http = HttpFixture.on(folder);

        Answer second = http.get("/subscribe?topic=a/%23&ack=plc");
        assertThat(second.json().get("count").intValue()).isEqualTo(130);
        assertThat(second.json().get("messages").get(0).get("payload").textValue())
                .isEqualTo("m120");
        assertThat(http.get("/subscribe?topic=a/0").json().get("count").intValue())
                .isEqualTo(100);
        assertThat(http.get("/topics?view=tree").json().get("topics").get(0).get("children"))
                .hasSize(2);
        http.keep("a/0", "new");
        assertThat(http.get("/subscribe?topic=a/0&since=id:" + last)
                        .json()
                        .get("count")
                        .intValue())
                .isEqualTo(66);
    }

    private Answer acknowledge(long id) throws Exception {
        return http.send(HttpRequest.newBuilder(http.uri("/ack"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"consumer\":\"plc\",\"topic\":\"a/#\",\"id\":" + id + "}")));
    }

    @Test
    void anIdThatWasGivenOutIsTakenAlsoWhenItsMessageIsGone() throws Exception {
        http.keep("a", "one");
        long id =
                http.get("/subscribe?topic=a/%23&ack=plc").json().get("last_id").longValue();
        http.method("DELETE", "/clear?topic=a");
        http.close();
        http = HttpFixture.on(folder);

        assertThat(acknowledge(id).status).isEqualTo(200);
        assertThat(acknowledge(id + Duration.ofHours(1).toNanos() / 1_000).status)
                .isEqualTo(400);
    }

    @Test
    void theNumberOfConsumersIsBounded() throws Exception {
        http.keep("a", "one");
        long id = http.get("/subscribe?topic=a&ack=x")
                .json()
                .get("messages")
                .get(0)
                .get("id")
                .longValue();
        assertThat(acknowledge(id).status).isEqualTo(200);
        http.close();
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("messages.db"));
                Statement fill = database.createStatement()) {
            fill.execute("with recursive n(i) as (select 1 union all select i + 1 from n where i < 9999)"
                    + " insert into consumers select 'c' || i, 'a', 1 from n");
        }
        http = HttpFixture.on(folder);

        Answer refused = http.send(HttpRequest.newBuilder(http.uri("/ack"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"consumer\":\"one more\",\"topic\":\"a\",\"id\":1}")));

        assertThat(refused.status).isEqualTo(503);
        assertThat(refused.error()).startsWith("Too many consumers");
        assertThat(acknowledge(id).status).isEqualTo(200);
    }

    @Test
    void aConsumerWithoutMessagesWaits() throws Exception {
        CompletableFuture<HttpResponse<String>> answer = ask("/subscribe?topic=a&ack=plc&wait=30s");
        awaitWaiting(1);

        http.keep("a", "one");

        assertThat(answer.get().body()).contains("\"count\":1").contains("\"id\":");
    }

    @Test
    void aPageOfAnotherOriginMayNotHoldAPlace() throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(http.uri("/subscribe?topic=a&wait=10m")).header("Origin", "http://evil.example");

        assertThat(http.send(request).status).isEqualTo(403);
        assertThat(http.waiting()).isZero();
    }

    @Test
    void wrongTimesAreRefused() throws Exception {
        for (String wait : List.of("x", "-1s", "11m", "601", "1h", "99999999999s", "")) {
            assertThat(http.get("/subscribe?topic=a&wait=" + wait).error())
                    .isEqualTo("'wait' must be a time like 30s, at most 10m");
        }
    }
}
