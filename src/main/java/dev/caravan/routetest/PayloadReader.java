package dev.caravan.routetest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads the keys that give a payload, which sending and expecting share. */
final class PayloadReader {

    /** Of these, one at most. */
    static final List<String> KEYS = List.of("payload", "payload-file", "payload-base64", "json");

    private final YamlDocument document;
    private final PayloadFiles files;

    PayloadReader(YamlDocument document, PayloadFiles files) {
        this.document = document;
        this.files = files;
    }

    /** The payload in bytes; null where none of the keys but {@code json} is there, or a problem is. */
    byte @Nullable [] bytes(YamlMap map) {
        Node payload = map.get("payload");
        if (payload instanceof MappingNode || payload instanceof SequenceNode) {
            map.problem("payload", "must be a text; for JSON write 'json'");
            return null;
        }
        String text = map.text("payload");
        if (text != null) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        byte[] decoded = map.value("payload-base64", "must be base64", Base64.getDecoder()::decode);
        return decoded == null ? file(map) : decoded;
    }

    /** The payload as JSON; null where it is not given so. */
    @Nullable
    JsonNode json(YamlMap map, String key) {
        Node node = map.get(key);
        return node == null ? null : YamlJson.of(document, node);
    }

    private byte @Nullable [] file(YamlMap map) {
        String name = map.text("payload-file");
        if (name == null) {
            return null;
        }
        try {
            return files.read(name);
        } catch (IOException e) {
            map.problem("payload-file", "cannot be read: " + e.getMessage());
            return null;
        }
    }
}
