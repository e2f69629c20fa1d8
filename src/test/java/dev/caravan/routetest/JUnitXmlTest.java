package dev.caravan.routetest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/** How results are told: to CI as XML, to people as text. */
class JUnitXmlTest {

    @TempDir
    Path folder;

    private final List<TestResult> results = List.of(
            result("alert", "raises", "routes/tests/alert.test.yaml:1"),
            result("alert", "says <why> & \"how\"", "routes/tests/alert.test.yaml:9", "differs \u0000]]>", "  more"),
            result("csv", "writes", "routes/tests/csv.test.yaml:1"));

    private static TestResult result(String route, String name, String location, String... difference) {
        List<String> lines = List.of(difference);
        return new TestResult(new RouteTest(route, name, location, () -> lines), lines, Duration.ofMillis(1_500));
    }

    @Test
    void writesASuiteForEachRoute() throws Exception {
        Path file = folder.resolve("new/folder/results.xml");

        JUnitXml.write(results, file);

        Element root = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(file.toFile())
                .getDocumentElement();
        assertThat(root.getTagName()).isEqualTo("testsuites");
        assertThat(root.getAttribute("tests")).isEqualTo("3");
        assertThat(root.getAttribute("failures")).isEqualTo("1");
        assertThat(root.getAttribute("time")).isEqualTo("4.500");
        assertThat(root.getElementsByTagName("testsuite").getLength()).isEqualTo(2);
        Element failed = (Element) root.getElementsByTagName("testcase").item(1);
        assertThat(failed.getAttribute("classname")).isEqualTo("alert");
        assertThat(failed.getAttribute("name")).isEqualTo("says <why> & \"how\"");
        Element failure = (Element) failed.getElementsByTagName("failure").item(0);
        assertThat(failure.getAttribute("message")).isEqualTo("differs ?]]>");
        assertThat(failure.getTextContent()).isEqualTo("routes/tests/alert.test.yaml:9\ndiffers ?]]>\n  more\n");
    }

    @Test
    void printsALineForEachTestAndASummary() {
        StringWriter text = new StringWriter();
        TestReport report = new TestReport(new PrintWriter(text));

        results.forEach(report::add);
        report.finish(new TreeSet<>(List.of("a", "b")));

        assertThat(text.toString().replace("\u0000", "?")).isEqualToNormalizingNewlines("""
                ok     alert: raises
                FAILED alert: says <why> & "how"
                       routes/tests/alert.test.yaml:9
                       differs ?]]>
                         more
                ok     csv: writes
                3 tests of 2 routes, 1 failed, in 4.5 s; without tests: a, b
                """);
        assertThat(report.failed()).isEqualTo(1);
    }
}
