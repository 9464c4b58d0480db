package dev.formulary.engine.transport;

import dev.formulary.engine.config.Perimeter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// A certificate for 127.0.0.1 that signed itself, made by the JDK's keytool, once for each way of asking.
public record TestCertificate(X509Certificate certificate, PrivateKey key, KeyStore store) {
    private static final Map<String, TestCertificate> MADE = new ConcurrentHashMap<>();
    private static final char[] PASSWORD = "password".toCharArray();

    /// @param more further arguments of keytool
    public static TestCertificate of(String name, String... more) {
        return MADE.computeIfAbsent(name + Arrays.toString(more), _ -> make(name, more));
    }

    public static TestCertificate usual() {
        return of("one", "-keyalg", "EC");
    }

    private static TestCertificate make(String name, String... more) {
        try {
            Path folder = Files.createTempDirectory("certificate");
            Path file = folder.resolve("keys.p12");
            var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair", "-alias", "it", "-dname", "CN=" + name, "-ext", "san=ip:127.0.0.1,dns:localhost",
                    "-keystore", file.toString(), "-storepass", new String(PASSWORD)));
            command.addAll(List.of(more));
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(said);
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(Files.readAllBytes(file)), PASSWORD);
            Files.delete(file);
            Files.delete(folder);
            return new TestCertificate((X509Certificate) store.getCertificate("it"),
                    (PrivateKey) store.getKey("it", PASSWORD), store);
        } catch (Exception e) {
            throw new IllegalStateException("keytool", e);
        }
    }

    static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(der)
                + "\n-----END " + label + "-----\n";
    }

    public String certificatePem() {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (java.security.cert.CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    public String keyPem() {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    /// The key in the format of old, which PKCS #8 holds behind version and kind.
    String oldKeyPem() {
        byte[] der = key.getEncoded();
        boolean rsa = key.getAlgorithm().equals("RSA");
        int kind = HexFormat.of().formatHex(der).indexOf("020100") / 2 + 3;
        int at = kind + 2 + der[kind + 1];
        int length = der[at + 1] & 0xff;
        int head = length < 0x80 ? 2 : 2 + (length & 0x7f);
        return pem(rsa ? "RSA PRIVATE KEY" : "EC PRIVATE KEY", Arrays.copyOfRange(der, at + head, der.length));
    }

    /// Writes both files.
    public Perimeter.Tls into(Path folder) throws IOException {
        Path certificate = Files.writeString(folder.resolve("chain.pem"), certificatePem());
        return new Perimeter.Tls(certificate, Files.writeString(folder.resolve("key.pem"), keyPem()), null);
    }

    public static Perimeter with(Perimeter.Tls tls) {
        Perimeter usual = Perimeter.USUAL;
        return new Perimeter(tls, usual.maxConnections(), usual.maxPerAddress(), usual.hosts(), usual.origins(),
                usual.open());
    }

    /// A client that trusts this certificate, and shows another if asked.
    SSLContext client(TestCertificate... own) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("it", certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyManager[] keys = null;
        if (own.length > 0) {
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(own[0].store, PASSWORD);
            keys = factory.getKeyManagers();
        }
        SSLContext context = SSLContext.getInstance("TLS");
        TrustManager[] managers = Objects.requireNonNull(trust.getTrustManagers());
        context.init(keys, managers, null);
        return context;
    }
}
