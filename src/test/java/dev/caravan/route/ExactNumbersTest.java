package dev.caravan.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExactNumbersTest {

    @ParameterizedTest
    @CsvSource({
        "35.1, 35.0, true",
        "35.9, 35, true",
        "35.0, 35.0, false",
        "35, 35.0, false",
        "35.00, 35, false",
        "36, 35.0, true",
        "36, 35, true",
        "36.2, 35, true",
        "34.9, 35.0, false",
        "9, 35.0, false",
        "100, 35.0, true",
        "-1, -1.5, true",
        "-1.6, -1.5, false",
        "1e2, 35.0, true",
        "1e400, 35.0, true",
        "-1e400, 35.0, false",
        "1e999999999, 35, true",
        "1e-999999999, 0, false",
        "12345678901234567890, 35, true",
        "0.0000001, 0, true"
    })
    void comparesByValueWhateverTheTypes(String body, String threshold, boolean above) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            ExactNumbers.register(context);
            context.start();
            for (Object number : new Object[] {new BigDecimal(body), Double.valueOf(body)}) {
                DefaultExchange exchange = new DefaultExchange(context);
                exchange.getMessage().setBody(number);
                assertThat(context.resolveLanguage("simple")
                                .createPredicate("${body} > " + threshold)
                                .matches(exchange))
                        .as("%s %s > %s", number.getClass().getSimpleName(), body, threshold)
                        .isEqualTo(above);
            }
        }
    }
}
