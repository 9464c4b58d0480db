package dev.formulary.engine.dispatch;

import dev.formulary.engine.facts.FailureClass;
import dev.formulary.spi.ProviderException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;

/// Sorts failures more finely than providers can: by how far the attempt had come, and by what caused them.
final class Failures {
    /// Longer chains of causes are not followed.
    private static final int MOST_CAUSES = 8;

    private Failures() {}

    /// @param begun whether anything of an answer had come
    /// @param late whether the call's deadline has passed
    static FailureClass of(ProviderException why, boolean begun, boolean late) {
        return switch (why.category()) {
            case CONNECT -> connecting(why);
            case TIMEOUT -> late
                    ? FailureClass.DEADLINE
                    : begun ? FailureClass.IDLE_TIMEOUT : FailureClass.FIRST_BYTE_TIMEOUT;
            default -> FailureClass.of(why.category());
        };
    }

    /// The class of what kept the gateway itself from asking.
    static FailureClass unasked(ProviderException why) {
        return switch (why.category()) {
            case TIMEOUT -> FailureClass.DEADLINE;
            case CANCELLED -> FailureClass.CANCELLED;
            default -> FailureClass.HELD_BACK;
        };
    }

    private static FailureClass connecting(ProviderException why) {
        Throwable cause = why.getCause();
        for (int i = 0; i < MOST_CAUSES && cause != null; i++) {
            switch (cause) {
                case UnknownHostException _,UnresolvedAddressException _ -> {
                    return FailureClass.DNS;
                }
                case SSLException _,CertificateException _ -> {
                    return FailureClass.TLS;
                }
                default -> cause = cause.getCause();
            }
        }
        return FailureClass.CONNECT;
    }
}
