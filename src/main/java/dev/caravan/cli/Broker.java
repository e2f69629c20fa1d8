package dev.caravan.cli;

import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A broker and how to reach it.
 *
 * @param version5 MQTT 5, otherwise 3.1.1
 * @param user sent with {@code password} when given
 * @param tls over TLS; the host name is always verified
 * @param trust whom to trust instead of the JDK's certificate authorities
 * @param keepAlive in seconds; 0 for none
 */
record Broker(
        String host,
        int port,
        boolean version5,
        @Nullable String user,
        @Nullable String password,
        boolean tls,
        @Nullable TrustManagerFactory trust,
        int keepAlive) {

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
