package dev.formulary.engine.broker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// What a broker is to do.
///
/// @param folder where it keeps what is to last; made when it is not there
/// @param doors where it listens
/// @param admission who may come in, and what they may do
/// @param maxMessage bytes of one message with its topic and properties; larger ones end the connection
/// @param maxConnections at each door
/// @param maxSessions of clients, connected or away
/// @param maxTopics at which a message is retained or somebody listens
/// @param maxWaiting messages that wait for one subscription; the oldest give way
/// @param maxMemory bytes of all messages that wait or are retained; more are refused
/// @param away how long a client may be away before its session ends, unless it says less
public record BrokerTerms(Path folder, List<Door> doors, Admission admission, int maxMessage, int maxConnections,
        int maxSessions, int maxTopics, int maxWaiting, long maxMemory, Duration away) {

    public BrokerTerms {
        doors = List.copyOf(doors);
    }

    /// Where it listens.
    ///
    /// @param host an address or a name of this machine; IPv6 in brackets
    /// @param tls what connections are encrypted with, or null for not at all
    /// @param certificates whether callers must show a certificate
    public record Door(String host, int port, @Nullable SSLContext tls, boolean certificates) {}
}
