package dev.caravan.mqtt;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Persistence;
import org.jspecify.annotations.Nullable;

/**
 * The stock component's options that belong to the Paho client and that we cannot honour. Said at once, all of them,
 * rather than ignored. {@code manualAcksEnabled} is welcome with either value: a message is always acknowledged when its
 * exchange ends.
 */
final class StockOptions {

    private StockOptions() {}

    /** @throws IllegalArgumentException naming every option that is refused, and why */
    static void check(PahoMqtt5Configuration given, @Nullable Object client) {
        List<String> problems = new ArrayList<>();
        refuse(problems, client != null, "client", "the component has its own MQTT client");
        refuse(
                problems,
                given.getPersistence() != PahoMqtt5Persistence.MEMORY || given.getFilePersistenceDirectory() != null,
                "persistence/filePersistenceDirectory",
                "unacknowledged messages are kept in memory; use a durable session as the source");
        refuse(problems, given.getSocketFactory() != null, "socketFactory", "use trustCertificates");
        refuse(problems, given.getSslClientProps() != null, "sslClientProps", "use trustCertificates");
        refuse(
                problems,
                given.getSslHostnameVerifier() != null || !given.isHttpsHostnameVerificationEnabled(),
                "sslHostnameVerifier/httpsHostnameVerificationEnabled",
                "host names are always verified");
        refuse(problems, !given.isAutomaticReconnect(), "automaticReconnect=false", "connections are always kept up");
        refuse(problems, given.getWillMqttProperties() != null, "willMqttProperties", "they are objects of Paho");
        refuse(problems, given.getExecutorServiceTimeout() != 1, "executorServiceTimeout", "it is a matter of Paho");
        range(problems, "qos", given.getQos(), 0, 2);
        range(problems, "willQos", given.getWillQos(), 0, 2);
        range(problems, "receiveMaximum", given.getReceiveMaximum(), 1, 65_535);
        range(problems, "keepAliveInterval", given.getKeepAliveInterval(), 0, 65_535);
        range(problems, "connectionTimeout", given.getConnectionTimeout(), 0, 3_600);
        range(problems, "maxReconnectDelay", given.getMaxReconnectDelay(), 1, Integer.MAX_VALUE);
        refuse(
                problems,
                given.getWillTopic() == null && given.getWillPayload() != null,
                "willPayload",
                "it needs a willTopic");
        refuse(problems, given.getUserName() == null && given.getPassword() != null, "password", "it needs a userName");
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    private static void refuse(List<String> problems, boolean given, String option, String why) {
        if (given) {
            problems.add("option " + option + " is not supported: " + why);
        }
    }

    private static void range(List<String> problems, String option, int value, int least, int most) {
        if (value < least || value > most) {
            problems.add("option " + option + " must be between " + least + " and " + most + ", was " + value);
        }
    }
}
