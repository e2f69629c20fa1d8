package dev.caravan.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletionException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * {@link Pieces} as the body of an exchange. Our server takes the pieces out and waits for messages without a thread. To
 * everything else, such as Camel's own server or a test of the route, it is a stream that ends where it would have to wait:
 * a browser then comes back with {@code Last-Event-ID} and goes on.
 */
final class PiecesBody extends InputStream {

    private final Pieces pieces;
    private byte[] bytes = new byte[0];
    private int at;
    private boolean ended;

    PiecesBody(Pieces pieces) {
        this.pieces = pieces;
    }

    /** Makes it the answer of an exchange: nothing that came with the request, only status, type and body. */
    static void answer(Exchange exchange, String mediaType, Pieces pieces) {
        // A step that a user adds after ours must not make Camel read all of it.
        exchange.getExchangeExtension().setStreamCacheDisabled(true);
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
        message.setHeader(Exchange.CONTENT_TYPE, mediaType);
        message.setBody(new PiecesBody(pieces));
    }

    Pieces pieces() {
        return pieces;
    }

    @Override
    public int read() throws IOException {
        return fill() ? bytes[at++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, bytes.length - at);
        System.arraycopy(bytes, at, target, offset, count);
        at += count;
        return count;
    }

    private boolean fill() throws IOException {
        while (at == bytes.length && !ended) {
            pieces.hurry();
            try {
                Piece piece = pieces.next().toCompletableFuture().join();
                bytes = piece.bytes();
                at = 0;
                ended = piece.last();
            } catch (CompletionException e) {
                throw new IOException(e.getCause());
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
        return at < bytes.length;
    }

    @Override
    public void close() {
        pieces.close();
    }
}
