package dev.caravan;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.base.DescribedPredicate.or;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the package table of ARCHITECTURE.md. */
class HouseRulesTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.caravan");

    /** The rules as tests of our own: surefire does not report the failures of ArchUnit's engine for rules in fields. */
    static List<ArchRule> rules() {
        return List.of(
                only("units"),
                only("settings", "units"),
                only("topic"),
                only("shipped"),
                only("broker", "settings", "topic", "shipped"),
                only("mqtt", "topic"),
                only("fence"),
                only("check", "fence", "settings"),
                only("route", "check", "fence", "settings", "shipped"),
                only("routetest", "check", "route", "mqtt", "bridge", "csv", "topic", "settings", "shipped"),
                only("json"),
                only("csv", "topic", "json", "units"),
                only("store", "topic", "json"),
                only("export", "store", "topic", "json"),
                only("http", "settings", "topic", "json", "store", "export"),
                only("cli", "check", "settings", "topic", "shipped", "export"),
                only("bridge", "mqtt", "topic", "broker", "settings", "units"),
                slices().matching("dev.caravan.(*)..").should().beFreeOfCycles(),
                noClasses()
                        .that()
                        .resideOutsideOfPackage("dev.caravan.broker")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("org.apache.activemq.."),
                noClasses()
                        .that()
                        .resideInAnyPackage("dev.caravan.store", "dev.caravan.topic", "dev.caravan.settings")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage("org.apache.camel..", "com.hivemq..", "io.netty.."));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void holds(ArchRule rule) {
        rule.check(CLASSES);
    }

    @Test
    void findsABreach() {
        assertThatThrownBy(() -> only("cli").check(CLASSES)).hasMessageContaining("dev.caravan.settings");
    }

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
