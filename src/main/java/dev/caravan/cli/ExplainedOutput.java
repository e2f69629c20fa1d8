package dev.caravan.cli;

import java.io.IOException;
import java.io.OutputStream;

/** Bytes that go to another stream, whose failures become ones that a person understands. For one thread. */
abstract class ExplainedOutput extends OutputStream {

    private final OutputStream out;

    ExplainedOutput(OutputStream out) {
        this.out = out;
    }

    /** What to throw in place of a failure. */
    abstract IOException explained(IOException failure);

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        try {
            out.write(bytes, from, length);
        } catch (IOException e) {
            throw explained(e);
        }
    }
}
