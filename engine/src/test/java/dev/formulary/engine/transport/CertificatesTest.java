package dev.formulary.engine.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.config.Perimeter;
import dev.formulary.engine.config.Settings;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificatesTest extends Listening {
    @TempDir
    Path folder;

    private static Settings.Server settings(Perimeter.Tls tls) {
        return new Settings.Server("127.0.0.1", 0, 1_000_000, 100, Duration.ofSeconds(2), Duration.ofSeconds(30),
                Duration.ofSeconds(30), Duration.ofSeconds(5), TestCertificate.with(tls));
    }

    private SSLSocket handshake(SSLContext context, String... protocols) throws IOException {
        var socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", opened().port());
        socket.setSoTimeout(10_000);
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        socket.startHandshake();
        return socket;
    }

    private static String ask(Socket socket) throws IOException {
        write(socket, "GET /v1/x HTTP/1.1\r\nHost: localhost\r\n\r\n");
        return readUntil(socket, "fine");
    }

    private Certificate shown() throws Exception {
        try (SSLSocket socket = handshake(trustingAll())) {
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    private static SSLContext trustingAll() throws Exception {
        return TrustAll.context();
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "Ed25519"})
    void servesWithKeysOfAllKinds(String algorithm) throws Exception {
        TestCertificate own = TestCertificate.of("kind", "-keyalg", algorithm);
        open(settings(own.into(folder)), _ -> text("fine"));

        try (SSLSocket socket = handshake(own.client())) {
            assertThat(ask(socket)).startsWith("HTTP/1.1 200");
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
        }
        try (SSLSocket socket = handshake(own.client(), "TLSv1.2")) {
            assertThat(ask(socket)).startsWith("HTTP/1.1 200");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA"})
    void readsKeysInTheFormatsOfOld(String algorithm) throws Exception {
        TestCertificate own = TestCertificate.of("kind", "-keyalg", algorithm);
        Perimeter.Tls files = own.into(folder);
        String parameters = algorithm.equals("EC")
                ? "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                : "";
        Files.writeString(files.key(), parameters + own.oldKeyPem());

        Identity read = Identity.read(files, "server", Instant.now());

        assertThat(read.key()).isEqualTo(own.key());
    }

    @Test
    void speaksNoOldTls() throws Exception {
        open(settings(TestCertificate.usual().into(folder)), _ -> text("fine"));
        assertThatThrownBy(() -> handshake(trustingAll(), "TLSv1.1").close()).isInstanceOf(Exception.class);
        try (Socket plain = connect()) {
            plain.setSoTimeout(10_000);
            write(plain, "GET /v1/x HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(new String(plain.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .doesNotContain("HTTP/1.1 200");
        }
    }

    @Test
    void asksForTheCertificateOfACallerWhereThereAreAuthorities() throws Exception {
        TestCertificate own = TestCertificate.usual();
        TestCertificate caller = TestCertificate.of("caller", "-keyalg", "EC");
        Perimeter.Tls files = own.into(folder);
        Path authority = Files.writeString(folder.resolve("ca.pem"), caller.certificatePem());
        open(settings(new Perimeter.Tls(files.certificate(), files.key(), authority)), _ -> text("fine"));

        try (SSLSocket socket = handshake(own.client(caller))) {
            assertThat(ask(socket)).startsWith("HTTP/1.1 200");
        }
        assertThatIOException().isThrownBy(() -> ask(handshake(own.client())));
        assertThatIOException()
                .isThrownBy(() -> ask(handshake(own.client(TestCertificate.of("stranger", "-keyalg", "EC")))));
    }

    @Test
    void newFilesServeNewConnectionsAndOldOnesGoOn() throws Exception {
        TestCertificate before = TestCertificate.usual();
        TestCertificate after = TestCertificate.of("two", "-keyalg", "RSA");
        Perimeter.Tls files = before.into(folder);
        open(settings(files), _ -> text("fine"));
        Certificates certificates = java.util.Objects.requireNonNull(opened().certificates());
        try (SSLSocket old = handshake(before.client())) {
            ask(old);
            assertThat(certificates.renew()).isFalse();

            Files.writeString(folder.resolve("new"), after.keyPem());
            Files.move(folder.resolve("new"), files.key(), StandardCopyOption.ATOMIC_MOVE);
            assertThat(certificates.renew()).isFalse();
            assertThat(certificates.problem()).contains("server.tls.key", "holds no key of the certificate's kind");
            assertThat(shown()).isEqualTo(before.certificate());
            Files.writeString(folder.resolve("new"), after.certificatePem());
            Files.move(folder.resolve("new"), files.certificate(), StandardCopyOption.ATOMIC_MOVE);
            assertThat(certificates.renew()).isTrue();

            assertThat(certificates.problem()).isEmpty();
            assertThat(shown()).isEqualTo(after.certificate());
            assertThat(ask(old)).contains("200");
        }
    }

    @Test
    void filesThatCanNotServeStopTheStart() throws Exception {
        TestCertificate own = TestCertificate.usual();
        TestCertificate other = TestCertificate.of("other", "-keyalg", "EC");
        Perimeter.Tls files = own.into(folder);
        assertComplaint(new Perimeter.Tls(folder.resolve("none.pem"), files.key(), null), "none.pem is not there");
        assertComplaint(new Perimeter.Tls(files.key(), files.key(), null), "holds no certificate");
        assertComplaint(new Perimeter.Tls(files.certificate(), files.certificate(), null), "holds no private key");
        Files.writeString(files.key(), other.keyPem());
        assertComplaint(files, "is not the key of the certificate in");
        Files.writeString(files.key(), TestCertificate.of("kind", "-keyalg", "RSA").keyPem());
        assertComplaint(files, "holds no key of the certificate's kind, EC");
        Files.writeString(files.key(), TestCertificate.pem("ENCRYPTED PRIVATE KEY", own.key().getEncoded()));
        assertComplaint(files, "has a passphrase");
        Files.writeString(files.key(), "-----BEGIN PRIVATE KEY-----\n***\n-----END PRIVATE KEY-----\n");
        assertComplaint(files, "not Base64");
        Files.writeString(files.key(), own.keyPem());
        Files.writeString(files.certificate(), other.certificatePem() + own.certificatePem());
        assertComplaint(files, "own certificate must come first");
        Files.writeString(files.certificate(), own.certificatePem() + other.certificatePem());
        assertComplaint(files, "certificate 2 did not sign certificate 1");
        Perimeter.Tls expired = TestCertificate.of("old", "-keyalg", "EC", "-startdate", "-20d", "-validity", "10")
                .into(folder);
        assertComplaint(expired, "expired at 20");
        assertComplaint(TestCertificate.of("young", "-keyalg", "EC", "-startdate", "+9d").into(folder),
                "is valid only from");
    }

    private void assertComplaint(Perimeter.Tls files, String words) {
        assertThatThrownBy(() -> new HttpListener(loops, "server", settings(files), _ -> text("never")))
                .isInstanceOf(IOException.class).isNotInstanceOf(SSLException.class)
                .hasMessageStartingWith("server.tls.").hasMessageContaining(words);
    }
}
