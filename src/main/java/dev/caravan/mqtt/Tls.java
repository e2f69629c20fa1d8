package dev.caravan.mqtt;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * What an encrypted connection trusts and shows. The files are read at each connect, so renewed ones need no restart.
 *
 * @param trust PEM file of the certificates to trust, or null for those of the JVM
 * @param certificate PEM file with the client's private key (PKCS #8) and its certificate chain, or null for none
 */
record Tls(@Nullable Path trust, @Nullable Path certificate) {

    /** @throws IllegalArgumentException naming the file that cannot be used */
    MqttClientSslConfig read() {
        var config = MqttClientSslConfig.builder();
        if (trust != null) {
            config = config.trustManagerFactory(TrustedCertificates.read(trust));
        }
        if (certificate != null) {
            config = config.keyManagerFactory(keys(certificate));
        }
        return config.build();
    }

    private static KeyManagerFactory keys(Path pem) {
        try (InputStream in = Files.newInputStream(pem)) {
            KeyStore store = KeyStore.getInstance("PEM", new de.dentrassi.crypto.pem.PemKeyStoreProvider());
            store.load(in, new char[0]);
            boolean hasKey = false;
            for (var aliases = store.aliases(); aliases.hasMoreElements(); ) {
                hasKey |= store.isKeyEntry(aliases.nextElement());
            }
            if (!hasKey) {
                throw new IllegalArgumentException(
                        pem + ": clientCertificate must hold a private key (PKCS #8) and its certificate chain");
            }
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, new char[0]);
            return factory;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    pem + ": clientCertificate must be a readable PEM file with key and certificate: " + e, e);
        }
    }
}
