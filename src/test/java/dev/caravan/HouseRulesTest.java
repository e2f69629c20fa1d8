package dev.caravan;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.base.DescribedPredicate.or;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the package table of ARCHITECTURE.md. */
@AnalyzeClasses(packages = "dev.caravan", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseRulesTest {

    @ArchTest
    static final ArchRule SETTINGS = only("settings");

    @ArchTest
    static final ArchRule TOPIC = only("topic");

    @ArchTest
    static final ArchRule SHIPPED = only("shipped");

    @ArchTest
    static final ArchRule BROKER = only("broker", "settings", "topic", "shipped");

    @ArchTest
    static final ArchRule MQTT = only("mqtt", "topic");

    @ArchTest
    static final ArchRule FENCE = only("fence");

    @ArchTest
    static final ArchRule CHECK = only("check", "fence", "settings");

    @ArchTest
    static final ArchRule ROUTE = only("route", "check", "fence", "settings", "shipped");

    @ArchTest
    static final ArchRule ROUTETEST =
            only("routetest", "check", "route", "mqtt", "bridge", "csv", "topic", "settings", "shipped");

    @ArchTest
    static final ArchRule CSV = only("csv", "topic");

    @ArchTest
    static final ArchRule STORE = only("store", "topic");

    @ArchTest
    static final ArchRule HTTP = only("http", "settings", "topic", "store");

    @ArchTest
    static final ArchRule CLI = only("cli", "check", "settings", "topic", "shipped");

    @ArchTest
    static final ArchRule BRIDGE = only("bridge", "mqtt", "topic", "broker", "settings");

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("dev.caravan.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule ONLY_BROKER_KNOWS_ARTEMIS = noClasses()
            .that()
            .resideOutsideOfPackage("dev.caravan.broker")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.activemq..");

    @ArchTest
    static final ArchRule THE_STORE_IS_PLAIN_JAVA = noClasses()
            .that()
            .resideInAnyPackage("dev.caravan.store", "dev.caravan.topic", "dev.caravan.settings")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.camel..", "com.hivemq..", "io.netty..");

    @Test
    void keepsEveryFileReadable() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
            for (Path file : (Iterable<Path>) files.filter(f -> f.toString().endsWith(".java"))::iterator) {
                assertThat(Files.readAllLines(file).stream().map(String::strip).filter(HouseRulesTest::isCode))
                        .as("lines of code in %s", file)
                        .hasSizeLessThanOrEqualTo(300);
            }
        }
    }

    private static boolean isCode(String line) {
        return !line.isEmpty()
                && !line.startsWith("import ")
                && !line.startsWith("//")
                && !line.startsWith("/*")
                && !line.startsWith("*");
    }

    private static ArchRule only(String name, String... others) {
        String[] allowed = Stream.concat(Stream.of(name), Stream.of(others))
                .map(n -> "dev.caravan." + n)
                .toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage("dev.caravan." + name)
                .should()
                .onlyDependOnClassesThat(or(resideInAnyPackage(allowed), not(resideInAPackage("dev.caravan.."))))
                .allowEmptyShould(true);
    }
}
