package dev.caravan.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which broker, shared by the commands that are clients. */
final class BrokerOptions {

    private static final int PORT = 1883;
    private static final int TLS_PORT = 8883;

    enum Version {
        mqttv311,
        mqttv5
    }

    @Option(names = "--help", usageHelp = true, description = "Show this help.")
    boolean help;

    @Option(
            names = {"-h", "--host"},
            paramLabel = "HOST",
            description = "Host of the broker; default localhost.")
    @Nullable
    String host;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "Port of the broker; default 1883, with TLS 8883.")
    @Nullable
    Integer port;

    @Option(
            names = {"-u", "--username"},
            paramLabel = "USER",
            description = "User name.")
    @Nullable
    String user;

    @Option(
            names = {"-P", "--pw"},
            paramLabel = "PASSWORD",
            description = "Password.")
    @Nullable
    String password;

    @Option(
            names = {"-V", "--protocol-version"},
            paramLabel = "VERSION",
            defaultValue = "mqttv5",
            description = "mqttv5, the default, or mqttv311.")
    Version version = Version.mqttv5;

    @Option(
            names = "--tls",
            description = "Use TLS, with the certificate authorities of Java unless --cafile is given.")
    boolean tls;

    @Option(names = "--cafile", paramLabel = "PEM", description = "Trust only these certificates. Implies --tls.")
    @Nullable
    Path caFile;

    @Option(
            names = {"-k", "--keepalive"},
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "Keep-alive in seconds, 0 to 65535; default 60.")
    int keepAlive = 60;

    /**
     * @param url what it says counts where an option does not
     * @throws IOException when the file of certificates cannot be used
     */
    Broker broker(@Nullable MqttUrl url) throws IOException {
        boolean useTls = tls || caFile != null || (url != null && url.tls());
        int defaultPort = useTls ? TLS_PORT : PORT;
        int urlPort = url == null || url.port() < 0 ? defaultPort : url.port();
        int usedPort = port == null ? urlPort : port;
        if (usedPort < 1 || usedPort > 65_535) {
            throw new IllegalArgumentException("the port must be 1 to 65535, was " + usedPort);
        }
        if (keepAlive < 0 || keepAlive > 65_535) {
            throw new IllegalArgumentException("-k must be 0 to 65535, was " + keepAlive);
        }
        String urlHost = url == null ? "localhost" : url.host();
        return new Broker(
                host == null ? urlHost : host,
                usedPort,
                version == Version.mqttv5,
                user == null && url != null ? url.user() : user,
                password == null && url != null ? url.password() : password,
                useTls,
                caFile == null ? null : PemTrust.of(caFile),
                keepAlive);
    }
}
