package dev.caravan.fence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.OfflineContext;
import dev.caravan.testkit.TestSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.language.LanguageExpression;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sends messages through steps that no route file is allowed to have, as a name may be known only at run time. */
class FenceTest {

    private static final String BAIT = "dev.caravan.fence.FenceTest$Bait";
    private static final AtomicInteger taken = new AtomicInteger();

    /** A class that tells of being used. */
    public static final class Bait {

        static {
            taken.incrementAndGet();
        }

        public Bait() {
            taken.incrementAndGet();
        }

        public String touch() {
            taken.incrementAndGet();
            return "touched";
        }

        public static String touchAll() {
            taken.incrementAndGet();
            return "touched";
        }
    }

    /** A bean that takes what an expression finds. */
    public static final class Echo {

        public String say(String text) {
            return text;
        }
    }

    /** What a route file adds to the context. */
    private interface Steps {
        void to(ProcessorDefinition<?> route);
    }

    @TempDir
    Path home;

    private CamelContext context;

    @BeforeEach
    void start() throws Exception {
        taken.set(0);
        context = new OfflineContext(TestSettings.in(home), Clock.systemUTC()).get();
        context.start();
    }

    @AfterEach
    void stop() throws Exception {
        context.close();
    }

    /** The failure of a message with the bait's class, or text that it brings along, in its headers. */
    private Exchange send(Object body, Map<String, Object> headers, Steps steps) {
        return send(context, body, headers, steps);
    }

    private static Exchange send(CamelContext context, Object body, Map<String, Object> headers, Steps steps) {
        String in = "direct:in" + context.getRoutes().size();
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(body);
        exchange.getMessage().setHeaders(new HashMap<>(headers));
        try {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    errorHandler(noErrorHandler());
                    steps.to(from(in));
                }
            });
        } catch (Exception e) {
            // Refused before it could run.
            exchange.setException(e);
            return exchange;
        }
        return context.createProducerTemplate().send(in, exchange);
    }

    private Exchange evaluate(Object body, Map<String, Object> headers, String language, String text) {
        return send(body, headers, route -> route.setBody().language(language, text));
    }

    private static void expectRefused(Exchange exchange) {
        assertThat(exchange.getException()).isNotNull();
        assertThat(taken).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bean:%s?method=touch",
                "bean://%s?method=touchAll",
                "bean:type:%s?method=touch",
                "class:%s?method=touch",
                "log:x?exchangeFormatter=#class:%s",
                "log:x?exchangeFormatter=%%23class:%s",
                "direct:x?exceptionHandler=#class:%s",
                "kamelet:x?location=file:/etc/%s",
                "language:bean:%s?method=touch",
            })
    void takesNoClassFromAMessageThatNamesAnEndpoint(String address) {
        Map<String, Object> headers = Map.of("to", String.format(address, BAIT));

        expectRefused(send("x", headers, route -> route.toD("${header.to}")));
        for (Steps steps : new Steps[] {
            route -> route.recipientList().header("to"),
            route -> route.routingSlip().header("to"),
            route -> route.dynamicRouter().header("to"),
            route -> route.enrich().header("to"),
            route -> route.pollEnrich().header("to"),
        }) {
            expectRefused(send("x", headers, steps));
        }
    }

    @Test
    void isNeededAgainstCamelsOwnWays() throws Exception {
        try (CamelContext open = new DefaultCamelContext()) {
            open.start();

            send(open, "x", Map.of("cls", BAIT), route -> route.toD("bean:${header.cls}?method=touch"));
        }

        assertThat(taken).hasPositiveValue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${bean:${header.cls}?method=touch}",
                "${bean:${header.cls}::touchAll}",
                "${bean:type:dev.caravan.fence.FenceTest$Bait?method=touchAll}",
                "${body.class.forName('dev.caravan.fence.FenceTest$Bait')}",
                "${body.getClass.getClassLoader}",
                "${body.${header.way}}",
                "${exchange.context.injector}",
                "${exchange.${header.way}}",
                "${exchange.getFromEndpoint.getCamelContext}",
                "${camelContext.name}",
                "${camelContext.injector.newInstance(${camelContext.classResolver.resolveClass(${header.cls})})}",
                "${header.cls.class.classLoader}",
                "${bean:deadLetters.class}",
                "${bean:deadLetters?method=count(${header.way})}${body.class.name}",
                "${bodyAs(java.io.File).length}",
                "${type:dev.caravan.fence.FenceTest$Bait.x}${body.class.name}",
            })
    void callsNothingThatLeadsOutOfAMessage(String simple) {
        expectRefused(evaluate("x", Map.of("cls", BAIT, "way", "class.name"), "simple", simple));
    }

    @ParameterizedTest
    @CsvSource({
        "bean, java.util.ArrayList?method=size",
        "bean, dev.caravan.fence.FenceTest$Bait?method=touch",
        "bean, dev.caravan.fence.FenceTest$Bait::touchAll",
        "bean, type:dev.caravan.fence.FenceTest$Bait?method=touchAll",
        "file, file:name",
        "csimple, ${body}",
        "xpath, /x",
    })
    void hasNoLanguageThatLoadsClassesOrFiles(String language, String text) {
        expectRefused(evaluate("x", Map.of(), language, text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"constant", "simple", "header", "exchangeProperty", "variable"})
    void readsNoFileForAnExpression(String language) throws Exception {
        Path secret = Files.writeString(home.resolve("secret"), "the secret");

        for (String text : new String[] {"resource:file:" + secret, "resource:file:${header.file}"}) {
            Exchange exchange = evaluate("x", Map.of("file", secret.toString()), language, text);

            assertThat(String.valueOf(exchange.getMessage().getBody())).doesNotContain("the secret");
        }
    }

    @Test
    void readsNoFileByConvertingItsName() throws Exception {
        Path secret = Files.writeString(home.resolve("secret"), "the secret");

        Exchange exchange = send(secret.toString(), Map.of(), route -> route.setBody(
                        new LanguageExpression("simple", "${bodyAs(java.io.File)}"))
                .convertBodyTo(String.class));

        assertThat(exchange.getException()).isNotNull();
        assertThat(exchange.getMessage().getBody(String.class)).doesNotContain("the secret");
    }

    @Test
    void letsNoMessagePutCallsIntoTheMethodOfABean() {
        context.getRegistry().bind("echo", new Echo());
        Steps steps = route -> route.toD("bean:echo?method=${header.m}");

        assertThat(send("x", Map.of("m", "say(${body.length})"), steps)
                        .getMessage()
                        .getBody())
                .isEqualTo("1");
        expectRefused(send("x", Map.of("m", "say(${body.class.forName('" + BAIT + "')})"), steps));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "${body.length} | 3",
                "${body.toUpperCase()} | ABC",
                "${body.substring(1).length} | 2",
                "${header.name.trim} | Ada",
                "${header.map[context]} | here",
                "${header.map.size} | 1",
                "${header.json.get('class').asText} | A",
                "${bodyAs(String)} | abc",
                "${exchange.getMessage().getBody()} | abc",
                "${bean:deadLetters.count} | 0",
                "${bean:deadLetters?method=count} | 0",
                "${camelId} | NAME",
            })
    void callsWhatOnlyLooksAtTheMessage(String simple, String expected) throws Exception {
        Map<String, Object> headers = Map.of(
                "name",
                "  Ada  ",
                "map",
                Map.of("context", "here"),
                "json",
                new ObjectMapper().readTree("{\"class\": \"A\"}"));

        Exchange exchange = evaluate("abc", headers, "simple", simple);

        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getBody(String.class)).isEqualTo(expected.replace("NAME", context.getName()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${bean:csv-log?method=setDirectory(${body})}",
                "${ref:csv-log}",
                "${bean:paho-mqtt5.camelContext.name}",
                "${bean:objectMapper?method=readTree(${body})}",
            })
    void setsNoComponentAndNoTool(String simple) {
        Exchange exchange = send(
                "/", Map.of(), route -> route.setBody().simple(simple).setBody().simple("${body.hashCode()}"));

        assertThat(exchange.getException()).hasStackTraceContaining("is not allowed in routes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv-log", "paho-mqtt5", "objectMapper"})
    void callsNoComponentAndNoToolAsABean(String name) {
        assertThat(send("/", Map.of(), route -> route.toD("bean:" + name + "?method=toString"))
                        .getException())
                .hasStackTraceContaining("is not allowed in routes");
        assertThat(send("/", Map.of(), route -> route.addOutput(step(name))).getException())
                .hasStackTraceContaining("is not allowed in routes");
    }

    private static BeanDefinition step(String ref) {
        BeanDefinition step = new BeanDefinition();
        step.setRef(ref);
        step.setMethod("toString");
        return step;
    }

    @ParameterizedTest
    @ValueSource(strings = {"String", "byte[]", "java.lang.Integer", "java.io.InputStream", "java.time.Duration"})
    void knowsTheClassesOfValues(String name) {
        assertThat(context.getClassResolver().resolveClass(name)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "java.lang.Runtime",
                "java.lang.Class",
                "java.lang.ProcessBuilder[]",
                "java.io.File",
                "java.net.URL",
                "dev.caravan.Bridge",
                "org.apache.camel.impl.DefaultCamelContext",
            })
    void knowsNoOtherClasses(String name) {
        assertThat(context.getClassResolver().resolveClass(name)).isNull();
    }
}
