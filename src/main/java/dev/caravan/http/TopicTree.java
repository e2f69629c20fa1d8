package dev.caravan.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.store.TopicSummary;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Topics nested by level. Every node has {@code name}, {@code topic} (the name from the top to here) and
 * {@code children}; a node that is a topic itself has {@code count, last, retained} as well.
 */
final class TopicTree {

    /** A topic may have 32,767 levels; what lies deeper than this stays together in one name. */
    private static final int MAX_DEPTH = 100;

    private final Node root = new Node("");

    static TopicTree of(List<TopicSummary> topics) {
        TopicTree tree = new TopicTree();
        topics.forEach(tree::add);
        return tree;
    }

    private void add(TopicSummary summary) {
        String[] levels = summary.topic().split("/", MAX_DEPTH);
        Node node = root;
        int end = -1;
        for (String level : levels) {
            end += level.length() + 1;
            String topic = summary.topic().substring(0, end);
            node = node.children.computeIfAbsent(level, name -> new Node(topic));
        }
        node.summary = summary;
    }

    /** Writes the nodes of the first level into an array that is open. */
    void write(JsonGenerator json) throws IOException {
        write(json, root);
    }

    private static void write(JsonGenerator json, Node parent) throws IOException {
        for (Map.Entry<String, Node> child : parent.children.entrySet()) {
            Node node = child.getValue();
            json.writeStartObject();
            json.writeStringField("name", child.getKey());
            json.writeStringField("topic", node.topic);
            if (node.summary != null) {
                TopicJson.writeSummary(json, node.summary);
            }
            json.writeArrayFieldStart("children");
            write(json, node);
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static final class Node {
        final String topic;
        final Map<String, Node> children = new TreeMap<>();

        @Nullable
        TopicSummary summary;

        Node(String topic) {
            this.topic = topic;
        }
    }
}
