package dev.formulary.engine.config;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads `cluster`.
final class ClusterSection {
    private static final int MOST = 64;
    private static final int MOST_PORT = 65_534;
    private static final int LEAST_SECRET = 16;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,62}");
    private static final Pattern BIND = Pattern.compile("[^\\s/@\\[\\]]{1,255}");
    private static final Pattern ALL = Pattern.compile("\\*|0(\\.0){0,3}|[0:]*:[0:]*");
    private static final Pattern MEMBER = Pattern.compile("([^\\s/@:\\[\\]]{1,255}|\\[[0-9A-Fa-f:.]+]):[1-9]\\d{0,4}");

    private ClusterSection() {}

    /// @param server whose port must be another one
    /// @param management whose port must be another one
    static ClusterSettings read(Section s, Settings.Server server, Settings.Management management) {
        s.require("members", "secret");
        String bind = s.text("bind", "127.0.0.1", BIND, "an address of this machine, for example 127.0.0.1");
        if (ALL.matcher(bind).matches()) {
            s.complain("bind", "must be the one address of this machine at which the other nodes reach it");
        }
        int port = s.number("port", 7800, 1, MOST_PORT);
        apart(s, port, "server.port", server.port());
        apart(s, port, "management.port", management.port());
        Secret secret = s.optionalSecret("secret");
        if (secret != null && secret.value().length() < LEAST_SECRET) {
            s.complain("secret", "is too short; " + LEAST_SECRET + " characters are the least, for example of"
                    + " \"openssl rand -base64 24\"");
        }
        return new ClusterSettings(s.text("name", "formulary", NAME, "letters, digits and hyphens"), bind, port,
                members(s, ClusterSettings.address(bind, port)), secret == null ? new Secret("") : secret,
                s.duration("timeout", Duration.ofSeconds(1), Duration.ofMillis(50), Duration.ofSeconds(30)),
                WhenApart.valueOf(s.oneOf("when-apart", "share", "share", "refuse").toUpperCase(Locale.ROOT)));
    }

    /// Two ports are used, this and the next.
    private static void apart(Section s, int port, String name, int other) {
        if (other == port || other == port + 1) {
            s.complain("port", "takes the ports " + port + " and " + (port + 1) + ", and " + name + " is " + other);
        }
    }

    private static List<String> members(Section s, String own) {
        List<String> members = s.texts("members", MEMBER, "host:port, for example 10.0.0.5:7800");
        Set<String> seen = new HashSet<>();
        members.stream().filter(each -> !seen.add(each)).findFirst()
                .ifPresent(twice -> s.complain("members", "holds " + twice + " twice"));
        if (members.size() > MOST) {
            s.complain("members", "holds " + members.size() + " nodes; " + MOST + " are the most");
        }
        if (!members.isEmpty() && !members.contains(own)) {
            String nearest = Nearest.to(own, seen);
            s.complain("members", "must hold this node, too, which is " + own + " by bind and port"
                    + (nearest == null ? "" : "; did you mean that by " + nearest + "?"));
        }
        if (members.isEmpty() && s.has("members")) {
            s.complain("members", "must hold all nodes, this one too, each as host:port");
        }
        return members;
    }
}
