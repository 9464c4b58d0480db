package dev.formulary.engine.transport;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.net.ssl.SSLException;

/// Why there is no connection, in words for whoever configured the address.
public final class NoConnection {
    private NoConnection() {}

    /// @return words that fit into brackets; never what the other side said
    public static String words(Throwable failure) {
        String found = failure.getClass().getSimpleName();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            // what it comes from says more
            found = words(cause, found);
        }
        return found;
    }

    private static String words(Throwable cause, String before) {
        String said = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        return switch (cause) {
            case UnknownHostException _ -> "its name is not known";
            case NoRouteToHostException _ -> "no way leads there";
            case CertificateExpiredException _ -> "its certificate is out of date";
            case CertificateNotYetValidException _ -> "its certificate is not valid yet";
            case CertificateException _ -> said.startsWith("no ")
                    ? "its certificate is one for another name"
                    : "its certificate is signed by nobody who is trusted here";
            case SSLException _ -> said.contains("certificate") || said.contains("general openssl")
                    ? "its certificate is not accepted"
                    : "it speaks no TLS there, or none that is spoken here";
            case ConnectException _ -> said.contains("refused")
                    ? "nobody listens there"
                    : said.contains("timed out") ? "it does not answer" : "no way leads there";
            case ClosedChannelException _ -> "it hung up";
            default -> before;
        };
    }
}
