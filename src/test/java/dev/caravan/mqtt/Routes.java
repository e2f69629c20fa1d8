package dev.caravan.mqtt;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** A context with our component, and what its routes saw. */
final class Routes implements AutoCloseable {

    final DefaultCamelContext context = new DefaultCamelContext();
    final MqttComponent component = new MqttComponent(Clock.systemUTC());
    final List<Exchange> seen = Collections.synchronizedList(new ArrayList<>());

    Routes() {
        context.addComponent("paho-mqtt5", component);
        context.getShutdownStrategy().setTimeout(1);
    }

    Routes add(RouteBuilder routes) {
        try {
            context.addRoutes(routes);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return this;
    }

    /** A route that remembers what arrives. */
    Routes collect(String uri) {
        return add(new RouteBuilder() {
            @Override
            public void configure() {
                from(uri).routeId("collect").process(seen::add);
            }
        });
    }

    Routes yaml(String text) {
        try {
            PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("test.camel.yaml", text));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return this;
    }

    Routes start() {
        context.start();
        return this;
    }

    void remove(String routeId) throws Exception {
        context.getRouteController().stopRoute(routeId);
        context.removeRoute(routeId);
    }

    List<String> texts() {
        synchronized (seen) {
            return seen.stream()
                    .map(exchange -> new String(exchange.getMessage().getBody(byte[].class), StandardCharsets.UTF_8))
                    .toList();
        }
    }

    boolean connected() {
        List<ConnectionState> states = component.connections();
        return !states.isEmpty() && states.stream().allMatch(ConnectionState::connected);
    }

    @Override
    public void close() {
        context.stop();
    }
}
