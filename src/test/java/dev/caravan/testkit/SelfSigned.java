package dev.caravan.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Objects;

/** A certificate for 127.0.0.1 that lives as long as a test. */
public final class SelfSigned {

    private static final String PASSWORD = "changeit";
    private static final String ALIAS = "test";

    private SelfSigned() {}

    /** A key store with one key and its certificate, made by the JDK's keytool. */
    public static KeyStore create(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
        Path file = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "RSA",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=ip:127.0.0.1,dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        file.toString())
                .inheritIO()
                .start();
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool failed");
        }
        return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
    }

    /** Certificate and private key in one PEM file. */
    public static Path writePem(KeyStore keys, Path file) throws IOException, GeneralSecurityException {
        return Files.writeString(
                file,
                block("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded())
                        + block(
                                "PRIVATE KEY",
                                Objects.requireNonNull(keys.getKey(ALIAS, PASSWORD.toCharArray()))
                                        .getEncoded()));
    }

    private static String block(String kind, byte[] content) {
        String lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(content);
        return "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n";
    }
}
