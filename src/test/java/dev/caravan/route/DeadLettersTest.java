package dev.caravan.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLettersTest {

    @TempDir
    Path folder;

    private DeadLetters letters;

    @BeforeEach
    void setUp() {
        letters = new DeadLetters(folder, 10_000_000, Clock.systemUTC());
    }

    private void keep(String route, String payload, Exception failure) throws InterruptedException {
        DefaultExchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getExchangeExtension().setFromRouteId(route);
        exchange.getMessage().setBody(payload.getBytes(StandardCharsets.UTF_8));
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, failure);
        letters.keep(exchange);
    }

    private static Exception parserFailure(String payload) {
        JsonMapper strict = JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                .build();
        try {
            strict.readValue(payload, Map.class);
            throw new AssertionError(payload + " was taken");
        } catch (IOException e) {
            return e;
        }
    }

    @Test
    void countsByRouteAndReasonWhateverThePayloadSays() throws Exception {
        for (String payload :
                new String[] {"{\"a\":1,\"a\":2}", "{\"bc\":1,\"bc\":2}", "{\"a\":NaN}", "{} x", "wet", ""}) {
            keep("rows", payload, parserFailure(payload));
        }
        keep("rows", "5", new IllegalArgumentException("payload is not a JSON object"));
        keep("alerts", "5", new IllegalStateException());

        assertThat(letters.count()).isEqualTo(8);
        assertThat(letters.countsByReason().get("rows"))
                .containsEntry("JsonParseException: Duplicate field", 2L)
                .containsEntry("IllegalArgumentException: payload is not a JSON object", 1L)
                .containsKey("MismatchedInputException: No content to map due to end-of-input")
                .hasSizeGreaterThanOrEqualTo(5);
        assertThat(letters.countsByReason().get("alerts")).isEqualTo(Map.of("IllegalStateException", 1L));
        assertThat(Files.readAllLines(folder.resolve("rows.ndjson"))).hasSize(7);
    }

    @Test
    void remembersNoMoreThanFiftyReasonsOfARoute() throws Exception {
        for (int i = 0; i < 60; i++) {
            keep("rows", "x", new IllegalArgumentException("reason " + "abcdefgh".charAt(i % 8) + "x".repeat(i / 8)));
        }

        assertThat(letters.countsByReason().get("rows")).hasSize(51).containsEntry("other", 10L);
    }
}
