package dev.caravan.broker;

import dev.caravan.settings.Key;
import dev.caravan.settings.Settings;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Collections;

/** Reads the PEM file of the TLS listener before Artemis does, which would start a listener that no client can use. */
final class Certificate {

    private Certificate() {}

    /**
     * @return the file's absolute path
     * @throws BrokerException when it is missing, no PEM file, or holds no private key with its certificate
     */
    static String check(Settings settings) throws BrokerException {
        Path file = settings.path(Key.MQTT_TLS_CERTIFICATE).toAbsolutePath();
        String problem = "key '" + Key.MQTT_TLS_CERTIFICATE.dotted() + "': " + file;
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore keys = KeyStore.getInstance("PEM", new de.dentrassi.crypto.pem.PemKeyStoreProvider());
            keys.load(in, new char[0]);
            for (String alias : Collections.list(keys.aliases())) {
                if (keys.isKeyEntry(alias) && keys.getCertificateChain(alias) != null) {
                    return file.toString();
                }
            }
        } catch (Exception e) {
            throw new BrokerException(problem + " cannot be read as PEM: " + e, e);
        }
        throw new BrokerException(problem + " must hold a private key (PKCS #8) and its certificate chain");
    }
}
