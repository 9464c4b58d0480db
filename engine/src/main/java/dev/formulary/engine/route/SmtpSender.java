package dev.formulary.engine.route;

import dev.formulary.engine.config.AlertTarget;
import dev.formulary.engine.config.AlertTarget.Mail.Security;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Properties;
import javax.net.ssl.SSLSocketFactory;
import org.apache.camel.component.mail.DefaultJavaMailSender;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.jspecify.annotations.Nullable;

/// Sends one mail, and remembers what the server said. Not thread-safe.
final class SmtpSender extends DefaultJavaMailSender {
    private static final String PROTOCOL = "smtp";

    private final AlertTarget.Mail to;
    private final String id;
    private final Instant at;
    private final Session session;
    private String answer = "";

    /// @param timeout of each step of the conversation
    /// @param trust makes connections by TLS; null for those that trust as the JDK does
    /// @param id the mail's `Message-ID`, which stays when it is sent again
    SmtpSender(AlertTarget.Mail to, Duration timeout, @Nullable SSLSocketFactory trust, String id, Instant at) {
        this.to = to;
        this.id = id;
        this.at = at;
        Properties properties = properties(to, timeout);
        if (trust != null) {
            properties.put("mail.smtp.ssl.socketFactory", trust);
        }
        this.session = Session.getInstance(properties);
    }

    private static Properties properties(AlertTarget.Mail to, Duration timeout) {
        var properties = new Properties();
        String millis = Long.toString(timeout.toMillis());
        properties.setProperty("mail.transport.protocol", PROTOCOL);
        properties.setProperty("mail.smtp.connectiontimeout", millis);
        properties.setProperty("mail.smtp.timeout", millis);
        properties.setProperty("mail.smtp.writetimeout", millis);
        properties.setProperty("mail.smtp.auth", Boolean.toString(to.user() != null));
        properties.setProperty("mail.smtp.starttls.enable", Boolean.toString(to.security() == Security.STARTTLS));
        properties.setProperty("mail.smtp.starttls.required", Boolean.toString(to.security() == Security.STARTTLS));
        properties.setProperty("mail.smtp.ssl.enable", Boolean.toString(to.security() == Security.TLS));
        properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        properties.setProperty("mail.smtp.ssl.protocols", "TLSv1.3 TLSv1.2");
        return properties;
    }

    @Override
    public Session getSession() {
        return session;
    }

    @Override
    public void send(MimeMessage message) throws MessagingException {
        message.setSentDate(Date.from(at));
        // no answer of the kind "I am on holiday" (RFC 3834)
        message.setHeader("Auto-Submitted", "auto-generated");
        message.saveChanges();
        message.setHeader("Message-ID", id);
        try (var transport = (SMTPTransport) session.getTransport(PROTOCOL)) {
            transport.connect(to.host(), to.port(), to.user(), to.password() == null ? null : to.password().value());
            transport.sendMessage(message, message.getAllRecipients());
            answer = transport.getLastServerResponse();
        }
    }

    /// What the server said when it took the mail, mostly with the name that it has there.
    String answer() {
        return answer;
    }
}
