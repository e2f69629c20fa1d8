package dev.caravan.bridge;

import java.util.HashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.RouteTemplateContext;
import org.apache.camel.builder.RouteBuilder;

/**
 * The route template {@code mqtt-bridge}: a bridge is a file in routes/ that names it and gives parameters. In Java,
 * because the parameters are checked as a whole and hold what a URI cannot, such as topic lines.
 */
public final class BridgeTemplate extends RouteBuilder {

    /** What a {@code templatedRoute} names. */
    public static final String ID = "mqtt-bridge";

    /** Adds the template to a context; do it before routes are added. */
    public static void register(CamelContext context) throws Exception {
        context.addRoutes(new BridgeTemplate());
    }

    @Override
    public void configure() {
        routeTemplate(ID)
                .templateBean("settings", BridgeSettings.class, BridgeTemplate::settings)
                .from("mqtt-bridge:{{name}}?settings=#{{settings}}")
                .to("bean:deadLetters?method=keep");
    }

    private static BridgeSettings settings(RouteTemplateContext context) {
        Map<String, String> given = new HashMap<>();
        context.getParameters()
                .forEach((name, value) ->
                        given.put(name, context.getCamelContext().resolvePropertyPlaceholders(String.valueOf(value))));
        return BridgeSettings.parse(given);
    }
}
