package dev.formulary.engine.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads what the file says of `alerts`.
final class AlertSection {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,40}");
    private static final String A_NAME = "up to 41 lower-case letters, digits and hyphens";
    private static final Pattern URL = Pattern.compile("https?://[A-Za-z0-9._-]+(:[0-9]{1,5})?([/?]\\S*)?"
            + "|https?://\\[[0-9A-Fa-f:.]+](:[0-9]{1,5})?([/?]\\S*)?");
    private static final String A_URL = "https://host/path or http://host:port/path, without user and password";
    private static final Pattern TOPIC = Pattern.compile("[^+#\\x00-\\x1f]{1,200}");
    private static final Pattern SERVICE = Pattern.compile("[a-z0-9_]{1,100}");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?");
    private static final Pattern ADDRESS = Pattern.compile("[^\\s@<>,;:\"]+@[^\\s@<>,;:\"]+");
    private static final String AN_ADDRESS = "one address, for example family@example.org";
    /// Each has its own waiting room and labels.
    private static final int MOST = 50;
    private static final int SHORTEST_SECRET = 16;

    private AlertSection() {}

    /// @param root the whole file
    /// @param node this node's name
    /// @param home where files are looked for
    static AlertSettings read(Section root, String node, Path home) {
        boolean broker = root.has("mqtt");
        return root.section("alerts", s -> {
            Set<String> names = new HashSet<>();
            List<AlertChannel> channels = s.list("channels", each -> channel(each, names, broker, node, home));
            if (channels.size() > MOST) {
                s.complain("channels", "are " + channels.size() + "; there can be " + MOST);
            }
            return new AlertSettings(channels, s.section("retry", AlertSection::retry),
                    AlertLifeSection.read(s, names));
        });
    }

    private static AlertSettings.Retry retry(Section s) {
        AlertSettings.Retry usual = AlertSettings.USUAL.retry();
        Duration first = s.duration("first", usual.first(), Duration.ofMillis(100), Duration.ofHours(1));
        return new AlertSettings.Retry(s.number("attempts", usual.attempts(), 1, 100), first,
                s.duration("most", usual.most().compareTo(first) < 0 ? first : usual.most(), first,
                        Duration.ofDays(1)));
    }

    private static AlertChannel channel(Section s, Set<String> names, boolean broker, String node, Path home) {
        s.require("name", "kind");
        String name = s.once("name", s.text("name", "", NAME, A_NAME), names);
        String kind = s.oneOf("kind", "log", "log", "webhook", "mqtt", "home-assistant", "email");
        return new AlertChannel(name, s.text("route", kind, NAME, A_NAME + ": ROUTE of a route direct:alert-ROUTE"),
                AlertLifeSection.severity(s, "severity", "warning"),
                s.texts("codes", AlertLifeSection.WORD, AlertLifeSection.A_CODE),
                s.flag("resolved", true), s.flag("acknowledged", false), s.flag("escalation-only", false),
                s.duration("timeout", AlertChannel.TIMEOUT, Duration.ofMillis(100), Duration.ofMinutes(1)),
                switch (kind) {
                    case "webhook" -> webhook(s, home);
                    case "mqtt" -> mqtt(s, broker, "formulary/v1/" + node + "/channels/" + name);
                    case "home-assistant" -> homeAssistant(s, home);
                    case "email" -> mail(s, home);
                    default -> new AlertTarget.Log();
                });
    }

    private static AlertTarget webhook(Section s, Path home) {
        s.require("url");
        Secret secret = s.optionalSecret("secret");
        if (secret != null && secret.value().length() < SHORTEST_SECRET) {
            s.complain("secret", "must have at least " + SHORTEST_SECRET
                    + " characters that nobody can guess; \"openssl rand -base64 32\" gives some");
        }
        URI url = url(s);
        return new AlertTarget.Webhook(url, secret, s.optionalSecret("token"), authorities(s, url, home));
    }

    private static URI url(Section s) {
        try {
            return new URI(s.text("url", "http://127.0.0.1", URL, A_URL));
        } catch (URISyntaxException e) {
            // what is wrong with it may be part of a secret
            s.complain("url", "must be " + A_URL);
            return URI.create("http://127.0.0.1");
        }
    }

    private static @Nullable Path authorities(Section s, URI url, Path home) {
        String ca = s.optionalText("ca");
        if (ca != null && !"https".equalsIgnoreCase(url.getScheme())) {
            s.complain("ca", "is for a url that begins with https:// only");
        }
        return ca == null ? null : home.resolve(ca);
    }

    private static AlertTarget mqtt(Section s, boolean broker, String usual) {
        if (!broker) {
            s.complain("kind", "is mqtt, and there is no broker; add \"mqtt.url\"");
        }
        return new AlertTarget.Mqtt(s.text("topic", usual, TOPIC, "a topic without + and #"));
    }

    private static AlertTarget homeAssistant(Section s, Path home) {
        s.require("url", "service", "token");
        Secret token = s.optionalSecret("token");
        URI url = url(s);
        return new AlertTarget.HomeAssistant(url, s.text("service", "notify", SERVICE,
                "the name behind \"notify.\", for example mobile_app_phone"), token == null ? new Secret("") : token,
                authorities(s, url, home));
    }

    private static AlertTarget mail(Section s, Path home) {
        s.require("host", "from", "to");
        var security = AlertTarget.Mail.Security.valueOf(
                s.oneOf("security", "starttls", "starttls", "tls", "none").toUpperCase(Locale.ROOT));
        int usual = switch (security) {
            case STARTTLS -> 587;
            case TLS -> 465;
            case NONE -> 25;
        };
        if (s.has("user") != s.has("password")) {
            s.complain(s.has("user") ? "user" : "password", "needs \"" + (s.has("user") ? "password" : "user")
                    + "\" beside it");
        }
        if (s.has("password") && security == AlertTarget.Mail.Security.NONE) {
            s.complain("security", "is none, so the password could be read on the way; use starttls or tls");
        }
        String ca = s.optionalText("ca");
        if (ca != null && security == AlertTarget.Mail.Security.NONE) {
            s.complain("ca", "is for security: starttls and tls only");
        }
        List<String> to = s.texts("to", ADDRESS, AN_ADDRESS);
        if (s.has("to") && to.isEmpty()) {
            s.complain("to", "must name at least " + AN_ADDRESS);
        }
        return new AlertTarget.Mail(s.text("host", "localhost", HOST, "a host name or an address, for example"
                + " mail.example.org"), s.number("port", usual, 1, 65_535), security, s.optionalText("user"),
                s.optionalSecret("password"), ca == null ? null : home.resolve(ca),
                s.text("from", "", ADDRESS, AN_ADDRESS), to);
    }
}
