package dev.formulary.engine.route;

import dev.formulary.engine.config.AlertTarget;
import dev.formulary.engine.mqtt.Trust;
import dev.formulary.engine.notify.Letter;
import dev.formulary.engine.notify.Parcel;
import dev.formulary.engine.notify.Post;
import dev.formulary.engine.notify.Receipt;
import dev.formulary.engine.notify.UndeliveredException;
import dev.formulary.engine.transport.NoConnection;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.component.mail.MailComponent;
import org.apache.camel.component.mail.MailConfiguration;
import org.apache.camel.component.mail.MailConstants;
import org.apache.camel.component.mail.MailEndpoint;
import org.apache.camel.support.DefaultExchange;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.jspecify.annotations.Nullable;

/// Mails to people, by SMTP. What is told of an error names host, port and the number that the server answered with: what it
/// says beside may hold addresses and names. Thread-safe.
///
/// @param context where the mail component lives
record MailPost(Supplier<CamelContext> context) implements Post {
    private static final int LONGEST = 120;
    private static final int PERMANENT = 5;

    @Override
    public Receipt send(Parcel parcel, Letter letter) throws UndeliveredException, InterruptedException {
        var to = (AlertTarget.Mail) parcel.channel().target();
        var sender = new SmtpSender(to, parcel.channel().timeout(), trust(to), "<" + parcel.event().id() + "@"
                + parcel.event().node() + ".formulary>", parcel.at());
        Exception failure = sent(to, letter, sender);
        if (failure instanceof InterruptedException interrupted) {
            throw interrupted;
        }
        if (failure != null) {
            throw undelivered(parcel, to, failure);
        }
        String said = plain(sender.answer());
        return new Receipt("smtp", to.place() + " answered " + (said.length() <= LONGEST
                ? said
                : said.substring(0, LONGEST)));
    }

    /// Read anew each time, so that a file that changes is followed.
    private static @Nullable SSLSocketFactory trust(AlertTarget.Mail to) throws UndeliveredException {
        if (to.ca() == null) {
            return null;
        }
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, Trust.of(to.ca(), "ca").getTrustManagers(), null);
            return tls.getSocketFactory();
        } catch (IOException | GeneralSecurityException e) {
            throw new UndeliveredException(String.valueOf(e.getMessage()));
        }
    }

    private @Nullable Exception sent(AlertTarget.Mail to, Letter letter, SmtpSender sender) {
        CamelContext here = context.get();
        var configuration = new MailConfiguration(here);
        configuration.setFrom(to.from());
        configuration.setTo(String.join(",", to.to()));
        configuration.setContentType("text/plain; charset=UTF-8");
        var endpoint = new MailEndpoint("smtp://" + to.place(), here.getComponent("smtp", MailComponent.class),
                configuration);
        Exchange exchange = new DefaultExchange(here);
        exchange.getMessage().setHeader(MailConstants.MAIL_SUBJECT, plain(letter.title()));
        exchange.getMessage().setBody(letter.text());
        try (Producer producer = endpoint.createProducer(sender)) {
            producer.start();
            producer.process(exchange);
            return exchange.getException();
        } catch (Exception e) {
            return e;
        }
    }

    /// A line break would end the header.
    private static String plain(String line) {
        return line.replaceAll("\\p{Cntrl}+", " ").strip();
    }

    private static UndeliveredException undelivered(Parcel parcel, AlertTarget.Mail to, Exception failure) {
        String reason = to.place() + ": " + failure.getClass().getSimpleName();
        boolean forGood = false;
        Throwable cause = failure;
        while (cause != null) {
            int code = code(cause);
            if (code > 0) {
                reason = to.place() + " answered " + code;
                forGood = code / 100 == PERMANENT;
            } else {
                reason = reason(cause, parcel, to, reason);
            }
            cause = cause instanceof MessagingException more && more.getNextException() != null
                    ? more.getNextException()
                    : cause.getCause();
        }
        return new UndeliveredException(reason, forGood, null);
    }

    private static int code(Throwable cause) {
        return switch (cause) {
            case SMTPSendFailedException failed -> failed.getReturnCode();
            case SMTPAddressFailedException failed -> failed.getReturnCode();
            case SMTPSenderFailedException failed -> failed.getReturnCode();
            default -> 0;
        };
    }

    private static String reason(Throwable cause, Parcel parcel, AlertTarget.Mail to, String before) {
        return switch (cause) {
            case AuthenticationFailedException _ -> to.place() + " does not accept user and password";
            case SocketTimeoutException _ -> to.place() + " did not answer within "
                    + parcel.channel().timeout().toMillis() + " ms";
            case SSLException _ -> to.place() + ": " + NoConnection.words(cause);
            case java.net.ConnectException _ -> "no connection to " + to.place();
            case java.net.UnknownHostException _ -> "no connection to " + to.place() + ", its name is not known";
            case MessagingException said when String.valueOf(said.getMessage()).startsWith("STARTTLS is required") ->
                to.place() + " does not offer STARTTLS; set security to tls or none";
            default -> before;
        };
    }
}
