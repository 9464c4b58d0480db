package dev.formulary.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import dev.formulary.engine.alert.OpenAlert;
import dev.formulary.engine.config.AlertChannel;
import dev.formulary.engine.config.AlertSettings;
import dev.formulary.engine.config.AlertTarget;
import dev.formulary.engine.config.AlertTarget.Mail.Security;
import dev.formulary.engine.config.Secret;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.notify.AlertEvent;
import dev.formulary.engine.notify.Parcel;
import dev.formulary.engine.notify.Receipt;
import dev.formulary.engine.notify.UndeliveredException;
import jakarta.mail.internet.MimeMessage;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Mails of alerts, to a server that takes them and to others that don't.
class MailRouteTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final AlertEvent EVENT = new AlertEvent("alert_1", AlertEvent.Type.OPENED, NOON, "home",
            new OpenAlert("alert-cpu", "host-cpu\r\nBcc: x@example.org", Severity.CRITICAL, "in use to 99 %: ü", NOON,
                    NOON, 1));

    @TempDir
    Path home;

    private static AlertChannel channel(int port, Security security, @Nullable String user, String password) {
        return channel(port, security, user, password, null, 20_000);
    }

    private static AlertChannel channel(int port, Security security, @Nullable String user, String password,
            @Nullable Path ca, long timeout) {
        return new AlertChannel("mails", "email", Severity.WARNING, List.of(), true, Duration.ofMillis(timeout),
                new AlertTarget.Mail("127.0.0.1", port, security, user, user == null ? null : new Secret(password),
                        ca, "formulary@example.org", List.of("ann@example.org", "ben@example.org")));
    }

    private Receipt tell(AlertChannel channel) throws Exception {
        try (var shipped = new Shipped(home)
                .alerts(new AlertSettings(List.of(channel), AlertSettings.USUAL.retry())).start()) {
            return shipped.routes().courier().carry(new Parcel(channel, EVENT, NOON));
        }
    }

    private UndeliveredException refusal(AlertChannel channel) {
        return catchThrowableOfType(UndeliveredException.class, () -> tell(channel));
    }

    private String refused(AlertChannel channel) {
        return refusal(channel).reason();
    }

    private static GreenMail server(String protocol) {
        var server = new GreenMail(new ServerSetup(0, "127.0.0.1", protocol));
        server.start();
        return server;
    }

    @Test
    void aMailHasSubjectAndPlainTextAndAnIdThatStays() throws Exception {
        GreenMail server = server(ServerSetup.PROTOCOL_SMTP);
        try {
            server.setUser("ann@example.org", "me", "secret");
            int port = server.getSmtp().getPort();

            Receipt receipt = tell(channel(port, Security.NONE, "me", "secret"));

            assertThat(receipt.how()).isEqualTo("smtp");
            assertThat(receipt.status()).startsWith("127.0.0.1:" + port + " answered 250");
            assertThat(server.getReceivedMessages()).hasSize(2);
            MimeMessage mail = server.getReceivedMessages()[0];
            assertThat(mail.getSubject()).isEqualTo("Critical: host-cpu Bcc: x@example.org (home)");
            assertThat(mail.getHeader("Bcc")).isNull();
            assertThat(mail.getContentType()).startsWith("text/plain").containsIgnoringCase("charset=utf-8");
            assertThat(mail.getContent().toString()).startsWith("in use to 99 %: ü").contains("rule alert-cpu, since");
            assertThat(mail.getMessageID()).isEqualTo("<alert_1@home.formulary>");
            assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
            assertThat(GreenMailUtil.getAddressList(mail.getAllRecipients())).isEqualTo(
                    "ann@example.org, ben@example.org");
            assertThat(mail.getSentDate()).isEqualTo(NOON);
            assertThat(GreenMailUtil.getHeaders(mail)).doesNotContain("AlertCode", "secret");
        } finally {
            server.stop();
        }
    }

    @Test
    void whatAServerDoesNotAcceptIsSaidWithoutSecrets() {
        GreenMail server = server(ServerSetup.PROTOCOL_SMTP);
        try {
            server.setUser("ann@example.org", "me", "secret");
            int port = server.getSmtp().getPort();

            assertThat(refused(channel(port, Security.NONE, "me", "wrong-hidden"))).isEqualTo("127.0.0.1:" + port
                    + " does not accept user and password");
            assertThat(refused(channel(port, Security.STARTTLS, null, ""))).isEqualTo("127.0.0.1:" + port
                    + " does not offer STARTTLS; set security to tls or none");
            assertThat(refused(channel(port, Security.TLS, null, ""))).startsWith("127.0.0.1:" + port
                    + ": it speaks no TLS there, or none that is spoken here");
            assertThat(server.getReceivedMessages()).isEmpty();
        } finally {
            server.stop();
        }
    }

    @Test
    void aCertificateThatNobodyVouchesForIsRefused() {
        GreenMail server = server(ServerSetup.PROTOCOL_SMTPS);
        try {
            int port = server.getSmtps().getPort();

            assertThat(refused(channel(port, Security.TLS, "me", "secret-hidden"))).isEqualTo("127.0.0.1:" + port
                    + ": its certificate is signed by nobody who is trusted here");
            assertThat(server.getReceivedMessages()).isEmpty();
        } finally {
            server.stop();
        }
    }

    @Test
    void aCertificateOfAnAuthorityOfOurOwnIsTrustedWhenItIsNamed() throws Exception {
        var certificates = new MqttCertificates(Files.createDirectories(home.resolve("certificates")));
        certificates.keys(home.resolve("keys.p12"));
        System.setProperty("greenmail.tls.keystore.file", home.resolve("keys.p12").toString());
        System.setProperty("greenmail.tls.keystore.password", "changeit");
        GreenMail server = server(ServerSetup.PROTOCOL_SMTPS);
        try {
            server.setUser("ann@example.org", "me", "secret");
            int port = server.getSmtps().getPort();

            assertThat(tell(channel(port, Security.TLS, "me", "secret", certificates.authority(), 20_000)).how())
                    .isEqualTo("smtp");
            assertThat(server.getReceivedMessages()).hasSize(2);
            assertThat(refused(channel(port, Security.TLS, "me", "secret", home.resolve("nowhere.pem"), 20_000)))
                    .isEqualTo("ca: there is no file " + home.resolve("nowhere.pem"));
        } finally {
            server.stop();
            System.clearProperty("greenmail.tls.keystore.file");
            System.clearProperty("greenmail.tls.keystore.password");
        }
    }

    @Test
    void aMailGoesOverAConnectionThatIsEncryptedByStarttlsAndNothingBeforeIsSecret() throws Exception {
        var certificates = new MqttCertificates(Files.createDirectories(home.resolve("certificates")));
        try (var server = new StarttlsServer(certificates.keys(home.resolve("keys.p12")))) {
            AlertChannel mails = channel(server.port(), Security.STARTTLS, "me", "secret-hidden",
                    certificates.authority(), 20_000);

            assertThat(tell(mails).status()).isEqualTo("127.0.0.1:" + server.port() + " answered 250 queued as 17");

            assertThat(server.inClear()).filteredOn(each -> !each.startsWith("EHLO")).containsExactly("STARTTLS");
            assertThat(server.encrypted()).anyMatch(each -> each.startsWith("AUTH"))
                    .contains("MAIL FROM:<formulary@example.org>", "RCPT TO:<ann@example.org>",
                            "RCPT TO:<ben@example.org>", "Message-ID: <alert_1@home.formulary>");
            assertThat(refused(channel(server.port(), Security.STARTTLS, "me", "secret-hidden")))
                    .isEqualTo("127.0.0.1:" + server.port()
                            + ": its certificate is signed by nobody who is trusted here");
            assertThat(server.inClear()).doesNotContain("secret-hidden");
        }
    }

    @ParameterizedTest
    @CsvSource({"MAIL,451 busy hidden,451,false", "RCPT,550 no such user hidden,550,true",
            "RCPT,450 later hidden,450,false", "DATA,554 refused hidden,554,true", ".,452 full hidden,452,false"})
    void theNumberSaysWhetherAMailIsTriedAgain(String command, String answer, int code, boolean forGood)
            throws Exception {
        try (var server = new SmtpScript(Map.of(command, answer))) {
            UndeliveredException refusal = refusal(channel(server.port(), Security.NONE, null, ""));

            assertThat(refusal.reason()).isEqualTo("127.0.0.1:" + server.port() + " answered " + code);
            assertThat(refusal.forGood()).isEqualTo(forGood);
        }
    }

    @Test
    void aServerThatIsSilentOrNotThereIsSaid() throws Exception {
        try (var server = new SmtpScript(Map.of("MAIL", ""))) {
            assertThat(refused(channel(server.port(), Security.NONE, null, "", null, 400))).isEqualTo("127.0.0.1:"
                    + server.port() + " did not answer within 400 ms");
        }
        int free;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        assertThat(refused(channel(free, Security.NONE, null, ""))).isEqualTo("no connection to 127.0.0.1:" + free);
    }
}
