package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.http.HttpFixture.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an event source sees, also one that loses its connection, reads slowly or vanishes. */
@Timeout(600)
class EventStreamIT {

    private static final int MAX_OPEN = 20;

    @TempDir
    private Path folder;

    private HttpFixture http;

    @BeforeEach
    void start() throws Exception {
        http = HttpFixture.on(folder, Duration.ofMillis(200), MAX_OPEN);
    }

    @AfterEach
    void stop() {
        http.close();
    }

    private record Event(long id, String payload) {}

    /** Reads events as a browser does, by the standard's rules for lines. */
    private final class Source implements AutoCloseable {
        private final Socket socket = new Socket();
        private final BufferedReader in;
        private final ObjectMapper json = new ObjectMapper();
        final String status;
        volatile int comments;

        Source(String target, @Nullable Long lastEventId) throws IOException {
            socket.setReceiveBufferSize(16 * 1024);
            socket.setSoTimeout(60_000);
            socket.connect(new InetSocketAddress("127.0.0.1", http.server.port()));
            String header = lastEventId == null ? "" : "Last-Event-ID: " + lastEventId + "\r\n";
            // HTTP/1.0: without chunks in between.
            socket.getOutputStream()
                    .write(("GET " + target + " HTTP/1.0\r\nHost: localhost\r\n" + header + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            status = in.readLine();
            while (!in.readLine().isEmpty()) {
                // The headers.
            }
        }

        Event next() throws IOException {
            long id = -1;
            while (true) {
                String line = in.readLine();
                if (line == null) {
                    throw new IOException("the stream has ended");
                } else if (line.startsWith("id: ")) {
                    id = Long.parseLong(line.substring(4));
                } else if (line.startsWith("data: ")) {
                    String payload =
                            json.readTree(line.substring(6)).get("payload").asText();
                    assertThat(in.readLine()).isEmpty();
                    return new Event(id, payload);
                } else if (line.startsWith(":")) {
                    comments++;
                } else {
                    assertThat(line).matches("|retry: [0-9]+");
                }
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void sendsMessagesWhileTheyCome() throws Exception {
        http.keep("a/b", "before");
        try (Source source = new Source("/topics/a%2F%23/sse", null)) {
            await().until(() -> http.waiting() == 1);
            http.keep("other", "not this");
            http.keep("a/b", "line one\nline two\r\nid: 5\r\rdata: x");

            assertThat(source.next().payload()).isEqualTo("line one\nline two\r\nid: 5\r\rdata: x");
        }
    }

    @Test
    void aPublisherAndPrettyJsonCannotBreakTheFrame() throws Exception {
        http.store.keep(new dev.caravan.store.Publication(
                "a\nid: 7\n\ndata: y",
                "{\n\n\"id\": 1,\r\n\"x\": \"\\n\\n\"}".getBytes(StandardCharsets.UTF_8),
                "me\n\ndata: z\n\n",
                1,
                false,
                "application/json",
                List.of(),
                null,
                null));
        http.keep("z", "last");

        try (Source source = new Source("/topics/%23/sse?since=0", null)) {
            assertThat(source.next().id()).isGreaterThan(7);
            assertThat(source.next().payload()).isEqualTo("last");
        }
    }

    @Test
    void aReaderWhoComesBackMissesNothingAndGetsNothingTwice() throws Exception {
        int count = 30_000;
        Thread publisher = new Thread(() -> {
            for (int i = 0; i < count; i++) {
                http.keep("a/" + i % 10, Integer.toString(i));
                if (i % 100 == 0) {
                    Thread.onSpinWait();
                }
            }
        });
        Random random = new Random(11);
        List<String> payloads = new ArrayList<>();
        Long last = 0L;
        publisher.start();
        while (payloads.size() < count) {
            try (Source source = new Source("/topics/a%2F+/sse", last)) {
                int events = 1 + random.nextInt(3_000);
                for (int i = 0; i < events && payloads.size() < count; i++) {
                    Event event = source.next();
                    assertThat(event.id()).isGreaterThan(last);
                    last = event.id();
                    payloads.add(event.payload());
                }
            }
        }
        publisher.join();

        for (int i = 0; i < count; i++) {
            assertThat(payloads.get(i)).isEqualTo(Integer.toString(i));
        }
    }

    @Test
    void aSlowReaderHoldsUpNobodyAndStillGetsAll() throws Exception {
        int count = 60_000;
        String text = "x".repeat(500);
        try (Source slow = new Source("/topics/a/sse", null)) {
            await().until(() -> http.waiting() == 1);
            for (int i = 0; i < count; i++) {
                http.keep("a", i + " " + text); // 30 MB; more than buffers and the feed hold.
            }
            try (Source other = new Source("/topics/b/sse?since=0", null)) {
                http.keep("b", "quick");
                assertThat(other.next().payload()).isEqualTo("quick");
            }

            for (int i = 0; i < count; i++) {
                assertThat(slow.next().payload()).startsWith(i + " ");
            }
        }
    }

    @Test
    void saysThatItIsAlive() throws Exception {
        try (Source source = new Source("/topics/a/sse", null)) {
            Thread late = new Thread(() -> {
                await().until(() -> source.comments >= 2);
                http.keep("a", "late");
            });
            late.start();

            source.next();

            assertThat(source.comments).isGreaterThanOrEqualTo(2);
            late.join();
        }
    }

    @Test
    void readersThatVanishAreForgottenAndTheirNumberIsBounded() throws Exception {
        List<Source> sources = new ArrayList<>();
        for (int i = 0; i < MAX_OPEN; i++) {
            sources.add(new Source("/topics/a/sse", null));
        }
        await().until(() -> http.waiting() == MAX_OPEN);
        Answer refused = http.get("/topics/a/sse");
        assertThat(refused.status).isEqualTo(503);
        assertThat(refused.error()).contains("http.max-open-answers");
        // A read of the database that may be long holds a place too.
        assertThat(http.get("/subscribe?topic=a&since=id:0").status).isEqualTo(503);
        assertThat(http.get("/subscribe?topic=a&ack=x").status).isEqualTo(503);

        for (Source source : sources) {
            source.close();
        }

        await().until(() -> http.waiting() == 0);
        try (Source source = new Source("/topics/a/sse", null)) {
            assertThat(source.status).contains("200");
        }
    }

    @Test
    void anEditOfTheRouteEndsTheStreamForTheBrowserToComeBack() throws Exception {
        try (Source source = new Source("/topics/a/sse", null)) {
            await().until(() -> http.waiting() == 1);

            http.context.getRouteController().stopRoute("http-stream-messages");

            assertThat(org.assertj.core.api.Assertions.catchThrowable(source::next))
                    .hasMessage("the stream has ended");
        }
    }

    @Test
    void aClearedTopicIsNotSentAgain() throws Exception {
        http.keep("a", "one");
        http.keep("b", "two");
        http.method("DELETE", "/clear?topic=a");

        try (Source source = new Source("/topics/%23/sse", 0L)) {
            assertThat(source.next().payload()).isEqualTo("two");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /topics/a/sse, 405",
        "DELETE, /topics/a%2Fb/sse, 405",
        "GET, /topics//sse, 404",
        "GET, /topics/sse, 404",
        "GET, /topics/a/b/sse, 404",
        "GET, /topics/a/sse/, 404",
        "GET, /topics/../topics/a/sse, 404",
        "GET, /topics/%2e%2e/sse, 404",
        "GET, /topics/a%2fb/sse/x, 404",
        "GET, /topics/a%00b/sse, 400",
        "GET, /topics/%C3/sse, 400",
        "GET, /topics/a%2F%23%2Fb/sse, 400",
        "GET, /topics/a/sse?since=tomorrow, 400",
        "GET, /topics/a/sse?filter=$.a, 400"
    })
    void otherPathsAndMethodsAreRefused(String method, String target, int status) throws Exception {
        String answer = http.raw(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        + (method.equals("POST") ? "Content-Type: application/json\r\nContent-Length: 0\r\n" : "")
                        + "\r\n")
                .toString();

        assertThat(answer).startsWith(Integer.toString(status));
        assertThat(http.waiting()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/topics/a/sse", "/subscribe?topic=a"})
    void aPageOfAnotherOriginGetsNoStream(String target) throws Exception {
        Answer answer = http.send(HttpRequest.newBuilder(http.uri(target))
                .header("Accept", "text/event-stream")
                .header("Origin", "https://evil.example"));

        assertThat(answer.status).isEqualTo(403);
        assertThat(http.waiting()).isZero();
    }
}
