package dev.caravan.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BridgeBitTest {

    private final EmbeddedChannel channel = new EmbeddedChannel(new BridgeBit.Handler());

    @ParameterizedTest
    @CsvSource({
        "100f00044d51545484020000, 100f00044d51545404020000",
        "101100064d514973647083020000, 101100064d514973647003020000",
        "10ffff7f00044d51545484020000, 10ffff7f00044d51545404020000"
    })
    void takesTheBitOffAndRemembersIt(String sent, String passed) {
        send(sent);

        assertThat(passed()).isEqualTo(passed);
        assertThat(BridgeBit.isBridge(channel)).isTrue();
        assertThat(channel.pipeline().get(BridgeBit.Handler.class)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "100f00044d51545484020000, 100f00044d51545404020000",
        "101100064d514973647083020000, 101100064d514973647003020000",
        "10ffff7f00044d51545484020000, 10ffff7f00044d51545404020000"
    })
    void doesSoWithOneByteAtATime(String sent, String passed) {
        sendByByte(sent);

        assertThat(passed()).isEqualTo(passed);
        assertThat(BridgeBit.isBridge(channel)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "100f00044d51545404020000",
                "100f00044d51545405020000",
                "101100064d514973647003020000",
                "10",
                "1000",
                "c000",
                "840000",
                "10ffffffffffffff84",
                "1000000000000000000084",
                "100f00044d51545584020000",
                "100f00054d51545484020000",
                "100f00064d5149736484020000",
                "ffffffffffffffffffffffff",
                "200f00044d51545484020000"
            })
    void leavesEverythingElseAlone(String sent) {
        sendByByte(sent);
        boolean decided = channel.pipeline().get(BridgeBit.Handler.class) == null;

        assertThat(passed()).isEqualTo(decided ? sent : "");
        assertThat(BridgeBit.isBridge(channel)).isFalse();
        assertThat(channel.isOpen()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "03", "06", "7f", "80", "83", "85", "86", "ff"})
    void refusesUnknownLevels(String level) {
        send("100f00044d515454" + level + "020000");

        assertRefused();
    }

    @ParameterizedTest
    @ValueSource(strings = {"02", "04", "05", "82", "84"})
    void refusesLevelsThatDoNotFitTheName(String level) {
        sendByByte("101100064d5149736470" + level + "020000");

        assertRefused();
    }

    @Test
    void touchesNoLaterPacket() {
        send("100f00044d51545404020000" + "100f00044d51545484020000");
        send("100f00044d51545484020000");

        assertThat(passed())
                .isEqualTo("100f00044d51545404020000" + "100f00044d51545484020000" + "100f00044d51545484020000");
        assertThat(BridgeBit.isBridge(channel)).isFalse();
    }

    private void assertRefused() {
        assertThat(channel.<MqttConnAckMessage>readOutbound().variableHeader().connectReturnCode())
                .isEqualTo(MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION);
        assertThat(channel.<Object>readOutbound()).isNull();
        assertThat(channel.isOpen()).isFalse();
        assertThat(passed()).isEmpty();
    }

    private void send(String hex) {
        channel.writeOneInbound(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex)));
    }

    private void sendByByte(String hex) {
        for (byte b : ByteBufUtil.decodeHexDump(hex)) {
            channel.writeOneInbound(Unpooled.wrappedBuffer(new byte[] {b}));
        }
    }

    private String passed() {
        StringBuilder hex = new StringBuilder();
        for (ByteBuf next = channel.readInbound(); next != null; next = channel.readInbound()) {
            hex.append(ByteBufUtil.hexDump(next));
            next.release();
        }
        return hex.toString();
    }
}
