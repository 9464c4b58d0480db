package dev.formulary.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;

/// An authority of our own and what it signed for a broker at 127.0.0.1, made by `openssl`.
final class MqttCertificates {
    private static final List<String> NEW_KEY = List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-nodes");
    private final Path folder;

    MqttCertificates(Path folder) throws Exception {
        this.folder = folder;
        openssl(List.of("req", "-x509", "-days", "2", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=our own"),
                NEW_KEY);
        openssl(List.of("req", "-keyout", "broker.key", "-out", "broker.csr", "-subj", "/CN=broker"), NEW_KEY);
        Files.writeString(folder.resolve("names"), "subjectAltName=IP:127.0.0.1\n");
        openssl(List.of("x509", "-req", "-days", "2", "-in", "broker.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-extfile", "names", "-out", "broker.pem"), List.of());
    }

    private void openssl(List<String> what, List<String> more) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(what);
        command.addAll(more);
        run(folder, command.toArray(String[]::new));
    }

    static void run(Path folder, String... command) throws Exception {
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    Path authority() {
        return folder.resolve("ca.pem");
    }

    Path certificate() {
        return folder.resolve("broker.pem");
    }

    Path key() {
        return folder.resolve("broker.key");
    }

    /// What a server needs, as a key store with the password `changeit`.
    ///
    /// @return the file
    Path keys(Path file) throws Exception {
        run(folder, "openssl", "pkcs12", "-export", "-in", certificate().toString(), "-inkey", key().toString(), "-out",
                file.toString(), "-passout", "pass:changeit");
        return file;
    }

    /// Trusts the authority only.
    TrustManagerFactory trust() {
        try (var in = Files.newInputStream(authority())) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
            var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory;
        } catch (java.io.IOException | java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
