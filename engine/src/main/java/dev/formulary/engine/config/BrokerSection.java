package dev.formulary.engine.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads what the file says of the MQTT broker.
final class BrokerSection {
    private static final Pattern BROKER = Pattern.compile("mqtts?://[^\\s/@]+");

    private static final Duration DAY = Duration.ofDays(1);

    private BrokerSection() {}

    /// @param home where files are looked for
    static MqttSettings read(Section s, Path home) {
        s.require("url");
        String url = s.text("url", "", BROKER, "mqtt://host:port or mqtts://host:port; user and password have settings"
                + " of their own");
        return new MqttSettings(url, s.optionalText("user"), s.optionalSecret("password"),
                s.number("receive-maximum", 64, 1, 65_535), authorities(s, url, home),
                s.oneOf("version", "5", "5", "3.1.1"),
                s.duration("keep-answers", DAY, Duration.ZERO, DAY.multipliedBy(30)),
                s.duration("state-every", MqttSettings.STATE_EVERY, Duration.ofSeconds(1), DAY),
                s.section("home-assistant", HomeAssistant::read));
    }

    private static @Nullable Path authorities(Section s, String url, Path home) {
        String name = s.optionalText("ca");
        if (name == null || name.isEmpty()) {
            return null;
        }
        if (!url.startsWith("mqtts:")) {
            s.complain("ca", "is for mqtts:// only; mqtt.url is not encrypted");
        }
        return home.resolve(name);
    }
}
