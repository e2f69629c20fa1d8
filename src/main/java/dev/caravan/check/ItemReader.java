package dev.caravan.check;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.RouteConfigurationsBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.dsl.yaml.KameletRoutesBuilderLoader;
import org.apache.camel.dsl.yaml.YamlRoutesBuilderLoader;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.nodes.Node;

/** Gives items to Camel's own YAML reader, one by one or together, where that takes whole files only. */
public final class ItemReader {

    private ItemReader() {}

    /** Entered by the inherited door: Camel's reader makes a builder of a node. */
    private static final class Items extends YamlRoutesBuilderLoader {

        RouteBuilder build(CamelContext context, Resource resource, Node list) {
            setCamelContext(context);
            return builder(newYamlDeserializationContext(settings(resource), resource), list);
        }
    }

    private static final class Kamelets extends KameletRoutesBuilderLoader {

        RouteBuilder build(CamelContext context, Resource resource, Node kamelet) {
            setCamelContext(context);
            return builder(newYamlDeserializationContext(settings(resource), resource), kamelet);
        }
    }

    private static LoadSettings settings(Resource resource) {
        return LoadSettings.builder().setLabel(resource.getLocation()).build();
    }

    /** Adds a whole file to a context, like {@link #add(CamelContext, RouteFile, List)}. */
    public static void add(CamelContext context, Draft draft) throws Exception {
        add(context, draft.file(), draft.shared());
        List<Item> rest = new ArrayList<>(draft.scope());
        rest.addAll(draft.routes());
        add(context, draft.file(), rest);
    }

    /**
     * Adds items of one file to a context, which starts the routes among them if it is started itself.
     *
     * @throws Exception what Camel throws; some of the items may have been added then
     */
    public static void add(CamelContext context, RouteFile file, List<Item> items) throws Exception {
        if (items.isEmpty()) {
            return;
        }
        Resource resource = ResourceHelper.fromString(file.location(), file.text());
        RouteBuilder builder;
        if (items.get(0).kind() == Item.Kind.KAMELET) {
            builder = new Kamelets()
                    .build(context, resource, KeyLines.of(items.get(0).node()));
        } else {
            Node first = items.get(0).node();
            builder = new Items()
                    .build(
                            context,
                            resource,
                            Nodes.sequence(
                                    items.stream()
                                            .map(item -> KeyLines.of(item.node()))
                                            .toList(),
                                    first));
        }
        builder.setCamelContext(context);
        builder.setResource(resource);
        if (builder instanceof RouteConfigurationsBuilder configurations) {
            configurations.updateRouteConfigurationsToCamelContext(context);
        }
        context.addRoutes(builder);
        // Last, as a file may hold the template too.
        context.addTemplatedRoutes(builder);
    }
}
