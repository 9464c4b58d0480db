package dev.formulary.engine.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NoConnectionTest {

    record Case(Throwable failure, String words) {}

    static Stream<Case> cases() {
        return Stream.of(
                new Case(new UnknownHostException("hidden.example"), "its name is not known"),
                new Case(new NoRouteToHostException("hidden"), "no way leads there"),
                new Case(new ConnectException("Connection refused: /127.0.0.1:1"), "nobody listens there"),
                new Case(new ConnectException("connection timed out after 100 ms"), "it does not answer"),
                new Case(new ConnectException("Network is unreachable"), "no way leads there"),
                new Case(new ClosedChannelException(), "it hung up"),
                new Case(new SSLException("Unsupported or unrecognized SSL message"),
                        "it speaks no TLS there, or none that is spoken here"),
                new Case(handshake(new CertificateExpiredException("hidden")), "its certificate is out of date"),
                new Case(handshake(new CertificateNotYetValidException("hidden")), "its certificate is not valid yet"),
                new Case(handshake(new CertificateException("No name matching hidden found")),
                        "its certificate is one for another name"),
                new Case(handshake(new CertificateException("PKIX path building failed")),
                        "its certificate is signed by nobody who is trusted here"),
                new Case(new IOException("hidden"), "IOException"));
    }

    private static Throwable handshake(Throwable cause) {
        return new IOException("hidden", new SSLHandshakeException("hidden").initCause(cause));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whyThereIsNoConnectionIsSaidInWordsThatHideWhatOthersSaid(Case each) {
        assertThat(NoConnection.words(each.failure())).isEqualTo(each.words()).doesNotContain("hidden");
    }
}
