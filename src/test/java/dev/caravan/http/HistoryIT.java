package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.caravan.http.HttpFixture.Answer;
import dev.caravan.store.Publication;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is kept, as a file over HTTP: whole or visibly not, at the reader's pace. */
@Timeout(600)
class HistoryIT {

    @TempDir
    private Path folder;

    private HttpFixture http;

    @BeforeEach
    void start() throws Exception {
        http = HttpFixture.on(folder);
    }

    @AfterEach
    void stop() {
        http.close();
    }

    @Test
    void csvHoldsWhateverAMessageHolds() throws Exception {
        byte[] binary = {0, (byte) 0xFF, 10, 34};
        String nasty = "a,\"b\"\r\nc\n<script>alert(1)</script>";
        keep("t\n1,\"x\"", nasty.getBytes(StandardCharsets.UTF_8), "p\r\n\"q\",r");
        keep("=cmd|' /C calc'!A0", "=HYPERLINK(\"http://evil.example\")".getBytes(StandardCharsets.UTF_8), "@SUM(1)");
        keep("b", binary, "-1+1");
        keep("c", "-5.25".getBytes(StandardCharsets.UTF_8), "d");

        Answer safe = http.get("/history?topic=%23&format=csv");
        Answer raw = http.get("/history?topic=%23&format=csv&raw=true");

        List<CSVRecord> rows = rows(safe.body);
        assertThat(rows).hasSize(4).allSatisfy(row -> assertThat(row.isConsistent())
                .isTrue());
        assertThat(rows.get(0).get("topic")).isEqualTo("t\n1,\"x\"");
        assertThat(rows.get(0).get("publisher")).isEqualTo("p\r\n\"q\",r");
        assertThat(rows.get(0).get("payload")).isEqualTo(nasty);
        assertThat(rows.get(1).get("topic")).isEqualTo("'=cmd|' /C calc'!A0");
        assertThat(rows.get(1).get("payload")).isEqualTo("'=HYPERLINK(\"http://evil.example\")");
        assertThat(rows.get(1).get("publisher")).isEqualTo("'@SUM(1)");
        assertThat(rows.get(2).get("encoding")).isEqualTo("base64");
        assertThat(Base64.getDecoder().decode(rows.get(2).get("payload"))).isEqualTo(binary);
        assertThat(rows.get(2).get("publisher")).isEqualTo("'-1+1");
        assertThat(rows.get(3).get("payload")).isEqualTo("-5.25");
        assertThat(rows(raw.body).get(1).get("payload")).isEqualTo("=HYPERLINK(\"http://evil.example\")");
        assertThat(safe.headers)
                .containsEntry("content-type", "text/csv; charset=utf-8; header=present")
                .containsEntry("content-disposition", "attachment; filename=\"history-all.csv\"")
                .containsEntry("x-content-type-options", "nosniff");
    }

    @Test
    void aFileNameIsSafe() throws Exception {
        Answer answer = http.get("/history?format=ndjson&topic="
                + HttpFixture.encode("../..\\\"x\r\nSet-Cookie: a=b;/ä/" + "long/".repeat(50)));

        assertThat(answer.status).isEqualTo(200);
        assertThat(answer.headers).doesNotContainKey("set-cookie");
        assertThat(answer.headers.get("content-disposition"))
                .matches("attachment; filename=\"history-[A-Za-z0-9_-]{1,60}\\.ndjson\"");
        assertThat(answer.body).isEmpty();
    }

    @Test
    void jsonWithLineEndsIsStillOneLineOfNdjson() throws Exception {
        http.store.keep(new Publication(
                "a",
                "{\r\n \"x\": 1\n}".getBytes(StandardCharsets.UTF_8),
                "p",
                1,
                false,
                "application/json",
                List.of(),
                null,
                null));

        assertThat(http.get("/history?topic=a&format=ndjson").body.lines()).hasSize(1);
    }

    @Test
    void aFilterChoosesAmongMany() throws Exception {
        for (int i = 0; i < 5_000; i++) {
            http.keep("a", "{\"n\":" + i + "}");
        }

        assertThat(http.get("/history?topic=a&filter=$.n%20%3E=%204990%20and%20$.n%20!=%204995&limit=5")
                        .json()
                        .get("count")
                        .intValue())
                .isEqualTo(5);
        assertThat(http.get("/history?topic=a&filter=$.n%20%3C%200")
                        .json()
                        .get("count")
                        .intValue())
                .isZero();
        assertThat(http.get("/history?topic=a").json().get("count").intValue()).isEqualTo(5_000);
    }

    @Test
    void timesWithoutEndAreNoError() throws Exception {
        http.keep("a", "1");

        assertThat(http.get("/series?topic=a&from=-1e30&to=1e30&points=2")
                        .json()
                        .get("points"))
                .hasSize(1);
        assertThat(http.get("/series?topic=a&from=-999999999d").status).isEqualTo(200);
        assertThat(http.get("/history?topic=a&from=-999999999d&to=1e30")
                        .json()
                        .get("count")
                        .intValue())
                .isEqualTo(1);
        assertThat(http.get("/history?topic=a&from=-1h&to=-1h").status).isEqualTo(400);
    }

    @Test
    void postIsRefused() throws Exception {
        for (String path : List.of("/history?topic=a", "/series?topic=a")) {
            Answer post = http.send(HttpRequest.newBuilder(http.uri(path))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{}")));
            assertThat(post.status).isEqualTo(405);
            assertThat(post.headers).containsEntry("allow", "GET, HEAD");
        }
        assertThat(http.get("/ack").status).isEqualTo(405);
    }

    /** Endless pieces: what the server holds for a reader who reads nothing is what it asked for. */
    private static final class Endless implements Pieces {
        static final int PIECE = 64 * 1024;
        final AtomicLong given = new AtomicLong();
        final AtomicInteger pauses = new AtomicInteger();
        final AtomicBoolean closed = new AtomicBoolean();

        @Override
        public CompletionStage<Piece> next() {
            given.addAndGet(PIECE);
            return CompletableFuture.completedStage(new Piece(new byte[PIECE], false));
        }

        @Override
        public void pause() {
            pauses.incrementAndGet();
        }

        @Override
        public void hurry() {}

        @Override
        public void close() {
            closed.set(true);
        }
    }

    private void serve(String path, InputStream body) throws Exception {
        http.context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("platform-http:" + path).process(e -> e.getMessage().setBody(body));
            }
        });
    }

    @Test
    void aReaderWhoReadsNothingIsGivenNoMoreThanTheBuffersHold() throws Exception {
        Endless endless = new Endless();
        serve("/endless", new PiecesBody(endless));
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(64 * 1024);
            socket.connect(new InetSocketAddress("127.0.0.1", http.server.port()));
            socket.getOutputStream()
                    .write("GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            await().during(Duration.ofMillis(500))
                    .atMost(Duration.ofSeconds(60))
                    .until(new Stuck(endless)::isSo);

            // The kernel's buffers, and Vert.x' own of 64 KB.
            assertThat(endless.given.get()).isLessThan(12 << 20);
            assertThat(endless.pauses.get()).isPositive();
            long stuckAt = endless.given.get();

            assertThat(socket.getInputStream().readNBytes(32 << 20)).hasSize(32 << 20);
            assertThat(endless.given.get()).isGreaterThan(stuckAt);
            assertThat(endless.closed).isFalse();
        }
        await().untilTrue(endless.closed);
    }

    /** Whether the pieces rest, and no more of them were given than when that was last asked. */
    private static final class Stuck {
        private final Endless pieces;
        private long last = -1;

        Stuck(Endless pieces) {
            this.pieces = pieces;
        }

        boolean isSo() {
            long now = pieces.given.get();
            boolean same = now == last && pieces.pauses.get() > 0;
            last = now;
            return same;
        }
    }

    @Test
    void anAnswerThatBreaksOffIsSeenToBeBroken() throws Exception {
        AtomicInteger pieces = new AtomicInteger();
        serve("/broken", new PiecesBody(new Pieces() {
            @Override
            public CompletionStage<Piece> next() throws IOException {
                if (pieces.incrementAndGet() > 3) {
                    throw new IOException("the disk is gone");
                }
                return CompletableFuture.completedStage(new Piece("row\r\n".getBytes(StandardCharsets.UTF_8), false));
            }

            @Override
            public void hurry() {}

            @Override
            public void close() {}
        }));
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

        HttpResponse<InputStream> answer =
                client.send(HttpRequest.newBuilder(http.uri("/broken")).build(), BodyHandlers.ofInputStream());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> answer.body().readAllBytes()).isInstanceOf(IOException.class);
        assertThat(http.get("/topics").status).isEqualTo(200);
    }

    @Test
    void aFailureBeforeTheFirstByteIsTold() throws Exception {
        http.keep("a", "one");
        http.store.close();

        Answer answer = http.get("/history?topic=a&format=csv");

        assertThat(answer.status).isEqualTo(503);
        assertThat(answer.error()).isEqualTo("The message store is not available, see the log");
        assertThat(answer.headers)
                .containsEntry("content-type", "application/json")
                .doesNotContainKey("content-disposition");
    }

    @Test
    void aReaderWhoTakesNothingForLongIsCutOff() throws Exception {
        Endless endless = new Endless();
        try (DefaultCamelContext other = new DefaultCamelContext()) {
            other.start();
            HttpServer server = HttpServer.start(
                    other, new HttpServerSettings("127.0.0.1", 0, 1_000, 100, Set.of()), Duration.ofMillis(300));
            other.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("platform-http:/endless").process(e -> e.getMessage().setBody(new PiecesBody(endless)));
                }
            });
            try (Socket socket = new Socket()) {
                socket.setReceiveBufferSize(64 * 1024);
                socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
                socket.getOutputStream()
                        .write("GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

                await().atMost(Duration.ofSeconds(60)).untilTrue(endless.closed);
            }
        }
    }

    @Test
    void aRoutesOwnStreamIsClosedWhenItsReaderHangsUp() throws Exception {
        AtomicBoolean closed = new AtomicBoolean();
        serve("/zeros", new InputStream() {
            @Override
            public int read() {
                return 0;
            }

            @Override
            public void close() {
                closed.set(true);
            }
        });
        try (Socket socket = new Socket("127.0.0.1", http.server.port())) {
            socket.getOutputStream()
                    .write("GET /zeros HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readNBytes(100_000)).hasSize(100_000);
        }

        await().untilTrue(closed);
    }

    @Test
    void aRouteThatFailsShowsNoStackTrace() throws Exception {
        http.context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("platform-http:/fails").throwException(new IllegalStateException("secret"));
                from("platform-http:/text").setBody(constant("text"));
            }
        });

        Answer failed = http.get("/fails");

        assertThat(failed.status).isEqualTo(500);
        assertThat(failed.error()).isEqualTo("Internal error, see the log");
        assertThat(http.get("/text").body).isEqualTo("text");
    }

    private void keep(String topic, byte[] payload, String publisher) {
        http.store.keep(new Publication(topic, payload, publisher, 1, false, null, List.of(), null, null));
    }

    private static List<CSVRecord> rows(String csv) throws IOException {
        return CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get()
                .parse(new StringReader(csv))
                .getRecords();
    }
}
