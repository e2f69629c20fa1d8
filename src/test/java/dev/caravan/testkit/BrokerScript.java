package dev.caravan.testkit;

import dev.caravan.testkit.ScriptedBroker.Message;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * How a {@link ScriptedBroker} answers. Well-behaved until told otherwise; may be changed at any time, and holds for what
 * arrives from then on. Safe for threads.
 */
public final class BrokerScript {

    private static final int RECEIVE_MAXIMUM = 0x21;
    private static final int SERVER_KEEP_ALIVE = 0x13;
    private static final int MAXIMUM_QOS = 0x24;
    private static final int RETAIN_AVAILABLE = 0x25;
    private static final int MAXIMUM_PACKET_SIZE = 0x27;

    /** What becomes of a PUBLISH. */
    public enum Kind {
        ACKNOWLEDGE,
        NEVER,
        /** Until {@link ScriptedBroker#acknowledgeHeld}. */
        HOLD,
        CLOSE,
        GARBAGE
    }

    /**
     * The answer to a PUBLISH.
     *
     * @param reasonCode from 0x80 on the message is not taken; MQTT 3.1.1 has no such answer
     * @param delay how much later the answer goes out; those of other messages do not wait for it
     */
    public record Answer(Kind kind, int reasonCode, Duration delay) {

        public static Answer ok() {
            return reason(0);
        }

        public static Answer reason(int code) {
            return new Answer(Kind.ACKNOWLEDGE, code, Duration.ZERO);
        }

        public static Answer late(Duration delay) {
            return new Answer(Kind.ACKNOWLEDGE, 0, delay);
        }

        public static Answer of(Kind kind) {
            return new Answer(kind, 0, Duration.ZERO);
        }

        boolean takes() {
            return kind == Kind.ACKNOWLEDGE && reasonCode < 0x80;
        }
    }

    private final Map<Integer, MqttProperty<?>> connAckProperties = new ConcurrentHashMap<>();
    private volatile int connAck;
    private volatile boolean sessionPresent;
    private volatile boolean mute;
    private volatile boolean garbage;
    private volatile boolean pings = true;
    private volatile BiFunction<String, Integer, Integer> subAck = (filter, qos) -> qos;
    private volatile Function<Message, Answer> publish = message -> Answer.ok();

    BrokerScript() {}

    /** @param reasonCode of MQTT 5, or a return code of MQTT 3.1.1; other than 0 the connection is closed behind it */
    public BrokerScript connAck(int reasonCode) {
        connAck = reasonCode;
        return this;
    }

    public BrokerScript sessionPresent(boolean present) {
        sessionPresent = present;
        return this;
    }

    public BrokerScript receiveMaximum(int messages) {
        return property(RECEIVE_MAXIMUM, messages);
    }

    /** @param qos 0 or 1 */
    public BrokerScript maximumQos(int qos) {
        return property(MAXIMUM_QOS, qos);
    }

    public BrokerScript retainAvailable(boolean available) {
        return property(RETAIN_AVAILABLE, available ? 1 : 0);
    }

    public BrokerScript maximumPacketSize(int bytes) {
        return property(MAXIMUM_PACKET_SIZE, bytes);
    }

    public BrokerScript serverKeepAlive(int seconds) {
        return property(SERVER_KEEP_ALIVE, seconds);
    }

    /** Accepts connections and never says anything, not even CONNACK. */
    public BrokerScript mute(boolean on) {
        mute = on;
        return this;
    }

    /** Answers CONNECT with bytes that are no MQTT. */
    public BrokerScript garbage(boolean on) {
        garbage = on;
        return this;
    }

    public BrokerScript answerPings(boolean on) {
        pings = on;
        return this;
    }

    /** @param codes gives the reason code for a filter and the QoS asked for */
    public BrokerScript subAck(BiFunction<String, Integer, Integer> codes) {
        subAck = codes;
        return this;
    }

    /** @param answers is asked on the broker's thread, once for each PUBLISH; may break the link meanwhile */
    public BrokerScript onPublish(Function<Message, Answer> answers) {
        publish = answers;
        return this;
    }

    /** Hangs up on each PUBLISH to a topic, and takes all others. */
    public BrokerScript closeOn(String topic) {
        return onPublish(message -> message.topic().equals(topic) ? Answer.of(Kind.CLOSE) : Answer.ok());
    }

    /** Well-behaved from now on. */
    public BrokerScript behave() {
        connAckProperties.clear();
        return connAck(0)
                .sessionPresent(false)
                .mute(false)
                .garbage(false)
                .answerPings(true)
                .subAck((filter, qos) -> qos)
                .onPublish(message -> Answer.ok());
    }

    int connAck() {
        return connAck;
    }

    boolean isSessionPresent() {
        return sessionPresent;
    }

    boolean isMute() {
        return mute;
    }

    boolean isGarbage() {
        return garbage;
    }

    boolean answersPings() {
        return pings;
    }

    int subAck(String filter, int qos) {
        return subAck.apply(filter, qos);
    }

    Answer answer(Message message) {
        return publish.apply(message);
    }

    MqttProperties connAckProperties() {
        MqttProperties properties = new MqttProperties();
        connAckProperties.values().forEach(properties::add);
        return properties;
    }

    private BrokerScript property(int id, int value) {
        connAckProperties.put(id, new IntegerProperty(id, value));
        return this;
    }
}
