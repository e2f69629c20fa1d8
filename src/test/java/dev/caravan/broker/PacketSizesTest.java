package dev.caravan.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketSizesTest {

    /** CONNECT, a packet without a body, one of 300 bytes. */
    private static final byte[] FINE = packets(packet(12), packet(0), packet(297));

    private final EmbeddedChannel channel = new EmbeddedChannel(new PacketSizes.Handler(300));

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1_000})
    void letsPacketsThroughHoweverTheyArrive(int chunk) {
        write(packets(FINE, FINE), chunk);

        assertThat(passed()).isEqualTo(packets(FINE, FINE));
        assertThat(channel.isOpen()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1_000})
    void refusesAPacketThatIsOneByteTooLongAndAllAfterIt(int chunk) {
        write(packets(FINE, packet(298), FINE), chunk);

        byte[] passed = passed();
        assertThat(passed).startsWith(FINE).hasSizeLessThanOrEqualTo(FINE.length + 3);
        assertThat(channel.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_000})
    void leavesALengthThatIsMalformedToTheDecoder(int chunk) {
        byte[] malformed = {0x30, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 1};
        write(packets(FINE, malformed), chunk);

        assertThat(passed()).startsWith(packets(FINE, new byte[] {0x30, (byte) 0x80, (byte) 0x80, (byte) 0x80}));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_000})
    void refusesAFirstPacketThatIsLargerThanAStrangersMayBe(int chunk) {
        EmbeddedChannel generous = new EmbeddedChannel(new PacketSizes.Handler(1 << 24));
        byte[] header = Arrays.copyOf(packet(PacketSizes.MAX_FIRST_BYTES), 4);
        for (int i = 0; i < header.length; i += chunk) {
            assertThat(generous.isOpen()).isTrue();
            generous.writeInbound(Unpooled.copiedBuffer(header, i, Math.min(chunk, header.length - i)));
        }

        assertThat(generous.isOpen()).isFalse();
        generous.finishAndReleaseAll();
    }

    private void write(byte[] bytes, int chunk) {
        for (int i = 0; i < bytes.length && channel.isOpen(); i += chunk) {
            channel.writeInbound(Unpooled.copiedBuffer(bytes, i, Math.min(chunk, bytes.length - i)));
        }
    }

    private byte[] passed() {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf next = channel.readInbound(); next != null; next = channel.readInbound()) {
            all.writeBytes(next);
            next.release();
        }
        byte[] bytes = new byte[all.readableBytes()];
        all.readBytes(bytes);
        return bytes;
    }

    private static byte[] packet(int remainingLength) {
        ByteBuf packet = Unpooled.buffer().writeByte(0x30);
        int left = remainingLength;
        do {
            packet.writeByte(left < 128 ? left : left % 128 | 0x80);
            left /= 128;
        } while (left > 0);
        packet.writeZero(remainingLength);
        byte[] bytes = new byte[packet.readableBytes()];
        packet.readBytes(bytes);
        return bytes;
    }

    private static byte[] packets(byte[]... packets) {
        ByteBuf all = Unpooled.wrappedBuffer(packets);
        byte[] bytes = new byte[all.readableBytes()];
        all.readBytes(bytes);
        return bytes;
    }
}
