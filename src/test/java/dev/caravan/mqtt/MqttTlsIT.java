package dev.caravan.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MqttTlsIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String PASSWORD = "changeit";

    @TempDir
    Path directory;

    private final Routes routes = new Routes();
    private final List<TestBroker> brokers = new ArrayList<>();

    @AfterEach
    void stop() {
        routes.close();
        brokers.forEach(TestBroker::close);
    }

    private TestBroker broker(String subjectAlternativeName) throws Exception {
        Path store = directory.resolve("store.p12");
        keytool("-genkeypair -alias broker -keyalg EC -dname CN=broker -ext san=" + subjectAlternativeName, store);
        keytool("-exportcert -rfc -alias broker -file " + directory.resolve("broker.pem"), store);
        TestBroker broker = new TestBroker(
                null, ";sslEnabled=true;keyStoreType=PKCS12;keyStorePassword=" + PASSWORD + ";keyStorePath=" + store);
        brokers.add(broker);
        return broker;
    }

    private static void keytool(String arguments, Path store) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments.split(" ", -1)));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD, "-keystore", store.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.Charset.defaultCharset());
        assertThat(process.waitFor()).as(output).isZero();
    }

    @ParameterizedTest
    @CsvSource({"ssl,''", "mqtts,''", "wss,/mqtt"})
    void trustsTheCertificatesOfThePemFile(String scheme, String path) throws Exception {
        TestBroker broker = broker("ip:127.0.0.1");
        routes.component.setTrustCertificates(directory.resolve("broker.pem"));

        routes.collect("paho-mqtt5:a?brokerUrl=" + scheme + "://127.0.0.1:" + broker.port() + path)
                .start();

        await().atMost(LIMIT).until(routes::connected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ca.pem", "a folder/b+c%20d.pem"})
    void trustsTheFileThatARouteNames(String name) throws Exception {
        TestBroker broker = broker("ip:127.0.0.1");
        Path pem = directory.resolve(name);
        Files.createDirectories(pem.getParent());
        Files.copy(directory.resolve("broker.pem"), pem);
        routes.context.getPropertiesComponent().addInitialProperty("ca-file", pem.toString());

        routes.yaml("""
                        - route:
                            from:
                              uri: paho-mqtt5:a
                              parameters:
                                brokerUrl: ssl://127.0.0.1:%d
                                trustCertificates: RAW({{ca-file}})
                              steps:
                                - log: ${body}
                        """.formatted(broker.port())).start();

        await().atMost(LIMIT).until(routes::connected);
    }

    @Test
    void trustsThoseOfJavaWhereThePlaceholderIsEmpty() throws Exception {
        TestBroker broker = broker("ip:127.0.0.1");
        routes.context.getPropertiesComponent().addInitialProperty("ca-file", "");

        routes.collect("paho-mqtt5:a?trustCertificates=RAW({{ca-file}})&brokerUrl=ssl://127.0.0.1:" + broker.port())
                .start();

        await().atMost(LIMIT).untilAsserted(() -> assertThat(
                        routes.component.connections().get(0).lastError())
                .contains("certification path"));
    }

    @Test
    void refusesAStranger() throws Exception {
        TestBroker broker = broker("ip:127.0.0.1");

        routes.collect("paho-mqtt5:a?brokerUrl=ssl://127.0.0.1:" + broker.port())
                .start();

        await().atMost(LIMIT).untilAsserted(() -> assertThat(
                        routes.component.connections().get(0).lastError())
                .contains("certification path"));
        assertThat(routes.connected()).isFalse();
    }

    @Test
    void refusesTheNameOfAnotherHost() throws Exception {
        TestBroker broker = broker("dns:elsewhere");
        routes.component.setTrustCertificates(directory.resolve("broker.pem"));

        routes.collect("paho-mqtt5:a?brokerUrl=ssl://127.0.0.1:" + broker.port())
                .start();

        await().atMost(LIMIT).untilAsserted(() -> assertThat(
                        routes.component.connections().get(0).lastError())
                .contains("No subject alternative names"));
        assertThat(routes.connected()).isFalse();
    }
}
