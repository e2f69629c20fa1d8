package dev.caravan.routetest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** YAML as the JSON that it stands for, every digit of a number kept. */
final class YamlJson {

    private static final JsonNodeFactory JSON = JsonNodeFactory.withExactBigDecimals(true);

    private YamlJson() {}

    /** A key that a map has twice is a problem of the document. */
    static JsonNode of(YamlDocument document, Node node) {
        if (node instanceof MappingNode map) {
            ObjectNode object = JSON.objectNode();
            for (NodeTuple entry : map.getValue()) {
                String key = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
                if (object.has(key)) {
                    document.problem(entry.getKeyNode(), "key '" + key + "': is given twice");
                }
                object.set(key, of(document, entry.getValueNode()));
            }
            return object;
        }
        if (node instanceof SequenceNode list) {
            ArrayNode array = JSON.arrayNode();
            list.getValue().forEach(element -> array.add(of(document, element)));
            return array;
        }
        return json((ScalarNode) node);
    }

    private static JsonNode json(ScalarNode scalar) {
        Tag tag = scalar.getTag();
        if (tag.equals(Tag.NULL)) {
            return JSON.nullNode();
        }
        if (tag.equals(Tag.BOOL)) {
            return JSON.booleanNode(scalar.getValue().equals("true"));
        }
        if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
            try {
                return JSON.numberNode(new BigDecimal(scalar.getValue()));
            } catch (NumberFormatException e) {
                // .inf and .nan: no numbers in JSON
                return JSON.textNode(scalar.getValue());
            }
        }
        return JSON.textNode(scalar.getValue());
    }

    /** A String, Boolean, Long or Double. */
    static Object scalar(ScalarNode node) {
        JsonNode json = json(node);
        if (json.isBoolean()) {
            return json.booleanValue();
        }
        if (!json.isNumber()) {
            return node.getValue();
        }
        return json.canConvertToLong() && json.decimalValue().scale() <= 0
                ? (Object) json.longValue()
                : (Object) json.doubleValue();
    }
}
