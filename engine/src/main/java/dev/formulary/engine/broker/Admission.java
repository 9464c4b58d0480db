package dev.formulary.engine.broker;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Who may come in to the broker, and which topics they may use. Thread-safe.
public final class Admission {
    private final String gateway;
    private final Map<String, byte[]> passwords;
    private final boolean anybody;
    private final List<String> topics;

    /// What somebody may do.
    public enum Rights {
        /// Nothing.
        NONE,
        /// Publish and subscribe to the topics of clients.
        CLIENT,
        /// Publish and subscribe to any topic.
        GATEWAY
    }

    /// @param gateway the user that the gateway itself is; must stand in `passwords`
    /// @param passwords by user
    /// @param topics filters of what clients may use
    public Admission(String gateway, Map<String, String> passwords, List<String> topics) {
        this.gateway = gateway;
        this.passwords = passwords.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey,
                        each -> each.getValue().getBytes(StandardCharsets.UTF_8)));
        anybody = passwords.size() == 1;
        this.topics = List.copyOf(topics);
    }

    /// What a client may do that says this of itself. Where there are no users but the gateway, a client that gives no name
    /// may come in, and one that gives any but the gateway's.
    public Rights login(@Nullable String user, @Nullable String password) {
        byte[] right = passwords.get(Objects.requireNonNullElse(user, ""));
        if (right == null) {
            return anybody ? Rights.CLIENT : Rights.NONE;
        }
        byte[] given = Objects.requireNonNullElse(password, "").getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(right, given)) {
            return Rights.NONE;
        }
        return gateway.equals(user) ? Rights.GATEWAY : Rights.CLIENT;
    }

    /// Whether somebody may publish to a topic, or subscribe to all that a filter matches.
    ///
    /// @param filter without `$share/GROUP/`
    public boolean allows(Rights rights, String filter) {
        return switch (rights) {
            case NONE -> false;
            case CLIENT -> topics.stream().anyMatch(each -> covers(each, filter));
            case GATEWAY -> !filter.startsWith("$");
        };
    }

    /// Whether a filter matches all topics that another one matches.
    static boolean covers(String wide, String narrow) {
        if (narrow.startsWith("$")) {
            return false;
        }
        String[] outer = wide.split("/", -1);
        String[] inner = narrow.split("/", -1);
        for (int i = 0; i < outer.length; i++) {
            if (outer[i].equals("#")) {
                return true;
            }
            if (i == inner.length || inner[i].equals("#")
                    || (!outer[i].equals("+") && !outer[i].equals(inner[i]))) {
                return false;
            }
        }
        return outer.length == inner.length;
    }
}
