package dev.formulary.engine.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads what the file says of the MQTT broker.
final class BrokerSection {
    private static final Pattern BROKER = Pattern.compile("mqtts?://[^\\s/@]+");

    private static final Duration DAY = Duration.ofDays(1);

    private BrokerSection() {}

    /// @param home where files are looked for
    static MqttSettings read(Section s, Path home) {
        EmbeddedBroker own = s.optionalSection("embedded", in -> EmbeddedBroker.read(in, home));
        String url = own == null ? elsewhere(s) : within(s, own);
        return new MqttSettings(url, own == null ? s.optionalText("user") : EmbeddedBroker.GATEWAY,
                own == null ? s.optionalSecret("password") : EmbeddedBroker.GATEWAY_PASSWORD,
                s.number("receive-maximum", 64, 1, 65_535), authorities(s, url, home),
                s.oneOf("version", "5", "5", "3.1.1"),
                s.duration("keep-answers", DAY, Duration.ZERO, DAY.multipliedBy(30)),
                s.duration("state-every", MqttSettings.STATE_EVERY, Duration.ofSeconds(1), DAY),
                s.section("home-assistant", HomeAssistant::read), own);
    }

    private static String elsewhere(Section s) {
        s.require("url");
        return s.text("url", "", BROKER, "mqtt://host:port or mqtts://host:port; user and password have settings"
                + " of their own");
    }

    private static String within(Section s, EmbeddedBroker own) {
        for (String key : List.of("url", "user", "password", "ca")) {
            if (s.has(key)) {
                s.complain(key, "is for a broker elsewhere; remove it, or mqtt.embedded");
            }
        }
        return own.url();
    }

    private static @Nullable Path authorities(Section s, String url, Path home) {
        String name = s.optionalText("ca");
        if (name == null || name.isEmpty()) {
            return null;
        }
        if (!url.startsWith("mqtts:") && !s.has("embedded")) {
            s.complain("ca", "is for mqtts:// only; mqtt.url is not encrypted");
        }
        return home.resolve(name);
    }
}
