package dev.caravan.broker;

import dev.caravan.settings.Key;
import dev.caravan.settings.Settings;
import dev.caravan.settings.Spelling;
import dev.caravan.shipped.ShippedFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.deployers.impl.FileConfigurationParser;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/**
 * Reads {@code broker.xml} with the settings filled in for <code>${key}</code>. Artemis itself would only log a file
 * that breaks its schema and go on with defaults, so the schema is checked here first.
 */
final class BrokerXml {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]*)}");

    private static final Pattern UNKNOWN_ELEMENT =
            Pattern.compile("starting with element '(?:\\{\"[^\"]*\":)?([\\w-]+)}?'. One of '(.*)' is expected");

    private BrokerXml() {}

    static Configuration read(Settings settings) throws BrokerException {
        Path file = settings.path(Key.ARTEMIS_DIRECTORY).resolve("broker.xml");
        boolean exists = Files.exists(file);
        String name = exists ? file.toString() : "broker.xml inside the jar";
        try {
            String xml = fill(name, exists ? Files.readString(file) : shipped(), settings);
            validate(xml);
            return new FileConfigurationParser()
                    .parseMainConfig(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
        } catch (BrokerException e) {
            throw e;
        } catch (SAXParseException e) {
            throw new BrokerException(name + ":" + e.getLineNumber() + ":" + e.getColumnNumber() + ": " + reason(e), e);
        } catch (Exception e) {
            throw new BrokerException(name + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** The schema's answer to an element that it does not know lists all that it does. */
    private static String reason(SAXParseException e) {
        Matcher unknown = UNKNOWN_ELEMENT.matcher(String.valueOf(e.getMessage()));
        if (!unknown.find()) {
            return String.valueOf(e.getMessage());
        }
        List<String> known = Pattern.compile("\"?([\\w-]+)[,}]")
                .matcher(unknown.group(2))
                .results()
                .map(element -> element.group(1))
                .toList();
        return "<" + unknown.group(1) + "> is not allowed here"
                + (known.isEmpty() ? "" : ", the nearest that is: <" + Spelling.nearest(unknown.group(1), known) + ">");
    }

    private static String shipped() {
        byte[] xml = Objects.requireNonNull(ShippedFiles.below("artemis").get("artemis/broker.xml"));
        return new String(xml, StandardCharsets.UTF_8);
    }

    private static String fill(String file, String xml, Settings settings) throws BrokerException {
        Matcher matcher = PLACEHOLDER.matcher(withoutComments(xml));
        StringBuilder filled = new StringBuilder();
        while (matcher.find()) {
            String key = matcher.group(1);
            if (!settings.asMap().containsKey(key)) {
                String before = xml.substring(0, matcher.start());
                long line = 1 + before.chars().filter(c -> c == '\n').count();
                int column = before.length() - before.lastIndexOf('\n');
                throw new BrokerException(file + ":" + line + ":" + column + ": ${" + key + "} is not a setting");
            }
            matcher.appendReplacement(filled, Matcher.quoteReplacement(escape(value(key, settings))));
        }
        return matcher.appendTail(filled).toString();
    }

    /** Comments may speak of placeholders; they become spaces so that line numbers stay. */
    private static String withoutComments(String xml) {
        return Pattern.compile("<!--.*?-->", Pattern.DOTALL).matcher(xml).replaceAll(comment -> comment.group()
                .replaceAll("[^\\n]", " "));
    }

    private static String value(String key, Settings settings) {
        if (key.equals(Key.MQTT_MAX_PACKET_SIZE.dotted())) {
            return Long.toString(settings.bytes(Key.MQTT_MAX_PACKET_SIZE));
        }
        if (key.equals(Key.MQTT_SESSION_EXPIRY.dotted())) {
            return Long.toString(settings.seconds(Key.MQTT_SESSION_EXPIRY));
        }
        if (key.equals(Key.DATA_DIRECTORY.dotted())) {
            return settings.path(Key.DATA_DIRECTORY).toAbsolutePath().toString();
        }
        String text = settings.asMap().getOrDefault(key, "");
        if (key.equals(Key.MQTT_HOST.dotted()) && text.contains(":")) {
            return "[" + text + "]";
        }
        // An acceptor that is off is removed after parsing; until then its address must parse.
        return text.equals("off") ? "0" : text;
    }

    private static String escape(String value) {
        return value.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static void validate(String xml) throws SAXException, IOException {
        SchemaFactory factory = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI);
        var validator = factory.newSchema(BrokerXml.class.getClassLoader().getResource("schema/artemis-server.xsd"))
                .newValidator();
        validator.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        validator.setProperty(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
        validator.validate(new StreamSource(new StringReader(xml)));
    }
}
