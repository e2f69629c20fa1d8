package dev.caravan.cli;

import dev.caravan.topic.TopicName;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that {@code pub} and {@code sub} share besides those of the broker. */
final class ClientOptions {

    @Option(
            names = {"-i", "--id"},
            paramLabel = "CLIENTID",
            description = "Client identifier; default: the broker chooses one.")
    String clientId = "";

    @Option(
            names = {"-L", "--url"},
            paramLabel = "URL",
            converter = UrlConverter.class,
            description = "mqtt://[user[:password]@]host[:port]/topic or mqtts://... instead of -h -p -u -P -t.")
    @Nullable
    MqttUrl url;

    @Option(names = "--will-topic", paramLabel = "TOPIC", description = "Topic of the will.")
    @Nullable
    String willTopic;

    @Option(names = "--will-payload", paramLabel = "MESSAGE", description = "Payload of the will; default none.")
    @Nullable
    String willPayload;

    @Option(names = "--will-qos", paramLabel = "QOS", defaultValue = "0", description = "QoS of the will; default 0.")
    int willQos;

    @Option(names = "--will-retain", description = "Retain the will.")
    boolean willRetain;

    @Option(
            names = {"-d", "--debug"},
            description = "Say on standard error what goes on.")
    boolean debug;

    @Option(names = "--quiet", description = "Say nothing about errors; the exit code tells.")
    boolean quiet;

    /** picocli repeats the reason of a failed conversion, so that it must not hold the text. */
    static final class UrlConverter implements picocli.CommandLine.ITypeConverter<MqttUrl> {
        @Override
        public MqttUrl convert(String text) {
            try {
                return MqttUrl.parse(text);
            } catch (IllegalArgumentException e) {
                throw new picocli.CommandLine.TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** @throws IllegalArgumentException when the options make no sense */
    @Nullable
    OutgoingMessage will() {
        if (willTopic == null) {
            if (willPayload != null || willRetain || willQos != 0) {
                throw new IllegalArgumentException("--will-payload, --will-qos and --will-retain need --will-topic");
            }
            return null;
        }
        byte[] payload = willPayload == null ? new byte[0] : willPayload.getBytes(StandardCharsets.UTF_8);
        return new OutgoingMessage(new TopicName(willTopic).value(), payload, qos("--will-qos", willQos), willRetain);
    }

    static int qos(String option, int qos) {
        if (qos < 0 || qos > 2) {
            throw new IllegalArgumentException(option + " must be 0, 1 or 2, was " + qos);
        }
        return qos;
    }
}
