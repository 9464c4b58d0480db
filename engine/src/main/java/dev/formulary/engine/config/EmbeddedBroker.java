package dev.formulary.engine.config;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The broker that runs within the gateway, for houses that have none.
///
/// @param port where it listens on 127.0.0.1, without TLS
/// @param network where else it listens, or null for nowhere
/// @param users who may come in; empty for everybody on this machine
/// @param topics what clients may publish and subscribe to, as filters
/// @param bounds what it takes at most
public record EmbeddedBroker(int port, @Nullable Network network, List<User> users, List<String> topics,
        Bounds bounds) {
    /// What clients may use unless said otherwise.
    public static final List<String> TOPICS = List.of("formulary/#", "homeassistant/#");
    /// By which name the gateway itself comes in; no user can have it.
    public static final String GATEWAY = "formulary-gateway";
    /// The gateway's own password, another one in each process.
    public static final Secret GATEWAY_PASSWORD = new Secret(random());

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
    private static final Pattern FILTER = Pattern
            .compile("(?!\\$)(?=.{1,256}$)(\\+|[^\\s/+#]*)(/(\\+|[^\\s/+#]*))*(/#)?|#");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,252}|\\[[0-9A-Fa-f:.]+]");

    /// A port for other machines.
    ///
    /// @param tls with which certificate, or null for none: passwords can be read on the way
    public record Network(String host, int port, Perimeter.@Nullable Tls tls) {}

    /// Who may come in.
    public record User(String name, Secret password) {}

    /// What it takes at most, so that neither memory nor disk is filled.
    ///
    /// @param message bytes of one message with its topic and properties
    /// @param connections at once
    /// @param sessions of clients that are away, with what waits for them
    /// @param topics at which a message is retained or somebody listens
    /// @param waiting messages for one subscription of a client that is away or slow; the oldest give way
    /// @param memory bytes of all messages that wait or are retained; they are on the disk, too
    /// @param away how long a client may be away before its session ends
    public record Bounds(long message, int connections, int sessions, int topics, int waiting, long memory,
            Duration away) {
        /// What holds where nothing is configured.
        public static final Bounds USUAL = new Bounds(1 << 20, 256, 256, 2_000, 1_000, 16L << 20, Duration.ofDays(1));
    }

    /// What the gateway connects to.
    public String url() {
        return "mqtt://127.0.0.1:" + port;
    }

    static EmbeddedBroker read(Section s, Path home) {
        Set<String> names = new HashSet<>(Set.of(GATEWAY));
        List<User> users = s.list("users", in -> user(in, names));
        Network network = s.optionalSection("network", in -> network(in, home));
        if (network != null && users.isEmpty()) {
            s.complain("network", "lets other machines in without a password; add \"users\" to mqtt.embedded");
        }
        List<String> topics = s.texts("topics", FILTER, "a topic filter, for example zigbee2mqtt/#");
        return new EmbeddedBroker(s.number("port", 1883, 1, 65_535), network, users,
                topics.isEmpty() ? TOPICS : topics, bounds(s));
    }

    private static User user(Section s, Set<String> names) {
        s.require("name", "password");
        String name = s.once("name", s.text("name", "", NAME, "letters, digits, dots, underscores and hyphens"), names);
        Secret password = s.optionalSecret("password");
        return new User(name, password == null ? new Secret("") : password);
    }

    private static Network network(Section s, Path home) {
        s.require("host");
        return new Network(s.text("host", "", HOST, "an address or a host name of this machine, or 0.0.0.0 for all"),
                s.number("port", 8883, 1, 65_535), s.optionalSection("tls", in -> PerimeterSection.tls(in, home)));
    }

    private static Bounds bounds(Section s) {
        Bounds usual = Bounds.USUAL;
        return new Bounds(s.size("max-message", usual.message, 1024, 16L << 20),
                s.number("max-connections", usual.connections, 2, 10_000),
                s.number("max-sessions", usual.sessions, 2, 10_000), s.number("max-topics", usual.topics, 10, 100_000),
                s.number("max-waiting", usual.waiting, 1, 100_000),
                s.size("max-memory", usual.memory, 1 << 20, 1L << 30),
                s.duration("away", usual.away, Duration.ofSeconds(10), Duration.ofDays(30)));
    }

    private static String random() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
