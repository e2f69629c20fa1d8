package dev.caravan.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PayloadFilterTest {

    private static final String PAYLOAD =
            "{\"t\":21.50,\"unit\":\"C\",\"on\":true,\"off\":false,\"nothing\":null,\"big\":9007199254740993,"
                    + "\"gps\":{\"lat\":48.1,\"fix\":[3,{\"q\":\"x\"}]},\"odd name\":1,\"co2-ppm\":400,\"e\":1e2,"
                    + "\"twice\":1,\"twice\":2,\"s\":\"a\\\"b\"}";

    private static boolean matches(String filter, String payload) throws QueryException {
        return PayloadFilter.parse("filter", filter).matches(payload.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "$.t > 20 ~ true",
                "$.t>20&&$.unit==\"C\" ~ true",
                "$.t > 20 and $.unit == 'F' ~ false",
                "$.t > 100 || $.unit == 'C' ~ true",
                "$.t == 21.5 ~ true",
                "21.5 == $.t ~ true",
                "$.e == 100 ~ true",
                "$.big == 9007199254740992 ~ false",
                "$.big > 9007199254740992 ~ true",
                "!($.t > 20) ~ false",
                "not $.t > 20 ~ false",
                "!!($.t > 20) ~ true",
                "$.t > 20 || $.t > 20 && $.t < 0 ~ true",
                "($.t > 20 || $.t > 20) && $.t < 0 ~ false",
                "exists($.gps.lat) ~ true",
                "exists($.gps.lon) ~ false",
                "exists($.nothing) ~ true",
                "$.nothing == null ~ true",
                "$.absent == null ~ false",
                "$.absent != 1 ~ true",
                "$.absent < 1 ~ false",
                "$.absent == $.missing ~ true",
                "$.on == true && $.off == false && $.on != false ~ true",
                "$.unit < \"D\" && $.unit > \"B\" ~ true",
                "$.unit == 1 ~ false",
                "$.unit > 1 ~ false",
                "$.t == \"21.50\" ~ false",
                "$.gps.fix[0] >= 3 && $.gps.fix[1].q == \"x\" ~ true",
                "$['odd name'] == 1 && $.co2-ppm <= 400 ~ true",
                "$.s == \"a\\\"b\" && $.s == 'a\\u0022b' ~ true",
                "$.twice == 2 ~ true",
                "$ == 1 ~ false",
                "exists($) ~ true",
                "$.t > -1e400 && $.t < 1e999999999999 ~ true"
            })
    void decides(String filter, boolean expected) throws Exception {
        assertThat(matches(filter, PAYLOAD)).isEqualTo(expected);
    }

    @Test
    void thePayloadItselfIsTheRoot() throws Exception {
        assertThat(matches("$ > 20", "21.5")).isTrue();
        assertThat(matches("$ == 'on'", "\"on\"")).isTrue();
        assertThat(matches("$[1] == 2", "[1,2]")).isTrue();
    }

    @Test
    void whatIsNoJsonHasNoFields() throws Exception {
        for (String payload : new String[] {"", "on", "{\"t\":", "{\"t\":30} x", "{\"t\":30}{", "\uD800"}) {
            assertThat(matches("exists($.t) || exists($)", payload)).as(payload).isFalse();
        }
        assertThat(PayloadFilter.parse("filter", "exists($)").matches(new byte[] {(byte) 0xFF}))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "`` ~ 1 ~ expected a path",
                "$.t ~ 4 ~ expected ==, !=, <, <=, > or >=",
                "$.t = 1 ~ 5 ~ expected ==",
                "$.t > ~ 6 ~ expected a path",
                "$.t > 1 $.u ~ 9 ~ expected && or ||",
                "($.t > 1 ~ 9 ~ expected )",
                "$.t > 1) ~ 8 ~ expected && or ||",
                "$. > 1 ~ 3 ~ expected a name",
                "$.a.. > 1 ~ 5 ~ expected a name",
                "$[x] > 1 ~ 3 ~ expected an index",
                "$[01] > 1 ~ 3 ~ expected an index",
                "$[-1] > 1 ~ 3 ~ expected an index",
                "$['a > 1 ~ 9 ~ expected ' at the end",
                "$.t == \"x ~ 10 ~ expected \" at the end",
                "$.t == '\\x' ~ 10 ~ expected one of",
                "exists $.t ~ 8 ~ expected (",
                "exists(1) ~ 8 ~ expected a path",
                "$.t == ${body} ~ 9 ~ expected && or ||",
                "$.t == 1; drop ~ 9 ~ expected && or ||",
                "T(java.lang.Runtime) == 1 ~ 1 ~ expected a path",
                "$.t == +1 ~ 8 ~ expected a path",
                "$.t == 01 ~ 9 ~ expected && or ||",
                "$.t =* 'a' ~ 5 ~ expected =="
            })
    void namesThePlaceOfAMistake(String filter, int character, String expected) {
        assertThatThrownBy(() -> PayloadFilter.parse("filter", filter))
                .isInstanceOf(QueryException.class)
                .hasMessageStartingWith("'filter' is wrong at character " + character + ": " + expected);
    }

    @Test
    void lengthAndDepthAreBounded() {
        assertThatThrownBy(() -> PayloadFilter.parse("filter", "$.a == '" + "x".repeat(1_000) + "'"))
                .hasMessage("'filter' must not be longer than 1000 characters");
        assertThatThrownBy(() -> PayloadFilter.parse("filter", "(".repeat(900)))
                .hasMessageContaining("nested deeper than 32");
        assertThatThrownBy(() -> PayloadFilter.parse("filter", "!".repeat(900)))
                .hasMessageContaining("nested deeper than 32");
        assertThatThrownBy(() -> PayloadFilter.parse("filter", "exists($" + ".a".repeat(100) + ")"))
                .hasMessageContaining("more than 32 names");
    }

    @Test
    void noTextAndNoPayloadTakesLong() {
        String[] filters = {
            "1".repeat(1_000),
            "1e" + "9".repeat(998),
            "$.a == " + "1".repeat(900) + "x",
            " ".repeat(1_000),
            "$" + "[0]".repeat(300),
            "\u0000".repeat(100),
            "$.a==1||".repeat(120) + "$.a==1"
        };
        String[] payloads = {
            "[".repeat(100_000),
            "{\"a\":".repeat(100_000),
            "{\"a\":1e999999999}",
            "{\"a\":-1e-999999999}",
            "{\"a\":" + "9".repeat(900) + "}",
            "{\"a\":\"" + "x".repeat(1_000_000) + "\"}"
        };
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            for (String filter : filters) {
                try {
                    PayloadFilter.parse("filter", filter);
                } catch (QueryException e) {
                    assertThat(e.parameter()).isEqualTo("filter");
                }
            }
            PayloadFilter filter = PayloadFilter.parse("filter", "$.a < 1e999999998 && $.a[0][0] != 1e-999999998");
            for (String payload : payloads) {
                filter.matches(payload.getBytes(StandardCharsets.UTF_8));
            }
        });
    }
}
