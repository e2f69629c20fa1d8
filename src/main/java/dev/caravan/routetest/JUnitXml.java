package dev.caravan.routetest;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Results as the XML of JUnit that CI servers read: a {@code testsuite} for each route. */
public final class JUnitXml {

    private JUnitXml() {}

    /** @param file replaced where it exists; its folder is made */
    public static void write(List<TestResult> results, Path file) throws IOException {
        Map<String, List<TestResult>> suites = new LinkedHashMap<>();
        results.forEach(result -> suites.computeIfAbsent(result.test().route(), route -> new ArrayList<>())
                .add(result));
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw new IOException(file + " cannot be written: " + e, e);
        }
        try (Writer out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeCharacters("\n");
            start(xml, "testsuites", results);
            for (Map.Entry<String, List<TestResult>> suite : suites.entrySet()) {
                start(xml, "testsuite", suite.getValue());
                xml.writeAttribute("name", valid(suite.getKey()));
                for (TestResult result : suite.getValue()) {
                    write(xml, result);
                }
                xml.writeEndElement();
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (IOException | XMLStreamException e) {
            throw new IOException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static void start(XMLStreamWriter xml, String element, List<TestResult> results) throws XMLStreamException {
        xml.writeStartElement(element);
        xml.writeAttribute("tests", Integer.toString(results.size()));
        xml.writeAttribute(
                "failures",
                Long.toString(results.stream().filter(r -> !r.isOk()).count()));
        xml.writeAttribute("errors", "0");
        xml.writeAttribute(
                "time",
                seconds(results.stream().mapToLong(r -> r.took().toMillis()).sum()));
    }

    private static void write(XMLStreamWriter xml, TestResult result) throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", valid(result.test().route()));
        xml.writeAttribute("name", valid(result.test().name()));
        xml.writeAttribute("time", seconds(result.took().toMillis()));
        if (!result.isOk()) {
            xml.writeStartElement("failure");
            xml.writeAttribute("message", valid(result.difference().get(0)));
            xml.writeCharacters(valid(result.test().location() + "\n" + String.join("\n", result.difference()) + "\n"));
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.3f", millis / 1_000.0);
    }

    /** XML 1.0 has no place for most control characters, not even escaped. */
    private static String valid(String text) {
        return text.codePoints()
                .map(c -> c == '\n'
                                || c == '\t'
                                || (c >= 0x20 && c <= 0xD7FF)
                                || (c >= 0xE000 && c <= 0xFFFD)
                                || c >= 0x10000
                        ? c
                        : '?')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
