package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The expected lines are those of mosquitto_sub 2.0.11. */
@NullMarked
class MessageFormatTest {

    private static final ZonedDateTime TIME = ZonedDateTime.parse("2026-11-21T01:19:20.606295001+01:00");

    private static IncomingMessage message(String payload) {
        return new IncomingMessage(
                "a/b",
                payload.getBytes(StandardCharsets.UTF_8),
                1,
                true,
                "text/plain",
                "re/ply",
                List.of(Map.entry("k", "v"), Map.entry("k", "w")),
                () -> {});
    }

    private static String write(MessageFormat format, String payload) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        format.write(message(payload), TIME, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "%t|%p|%q|%r|%l;a/b|é \"x\"|1|1|6",
                "%x %X;c3a920227822 C3A920227822",
                "%I;2026-11-21T01:19:20+0100",
                "%U;1795220360.606295001",
                "%C %R %P;text/plain re/ply k:v k:w",
                "100%% @@home \\\\;100% @home \\",
                "%j;{\"tst\":\"2026-11-21T01:19:20.606295+0100\",\"topic\":\"a/b\",\"qos\":1,\"retain\":1,"
                        + "\"payloadlen\":6,\"payload\":\"é \\\"x\\\"\"}"
            })
    void writesTheParameters(String format, String expected) throws IOException {
        assertThat(write(MessageFormat.of(format, false), "é \"x\"")).isEqualTo(expected);
    }

    @Test
    void writesJsonInsideJson() throws IOException {
        MessageFormat format = MessageFormat.of("%J", true);

        assertThat(write(format, "{\"t\":1}")).endsWith(",\"payload\":{\"t\":1}}\n");
        assertThatThrownBy(() -> write(format, "no")).isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void writesPayloadAndWithVerboseTheTopic() throws IOException {
        assertThat(write(MessageFormat.plain(false, true), "x")).isEqualTo("x\n");
        assertThat(write(MessageFormat.plain(false, false), "x")).isEqualTo("x");
        assertThat(write(MessageFormat.plain(true, true), "x")).isEqualTo("a/b x\n");
        assertThat(write(MessageFormat.plain(true, true), "")).isEqualTo("a/b (null)\n");
        assertThat(write(MessageFormat.plain(false, true), "")).isEqualTo("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%z", "%10t", "@Y", "\\q", "x\\"})
    void rejectsWhatItDoesNotKnow(String format) {
        assertThatThrownBy(() -> MessageFormat.of(format, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not supported");
    }
}
