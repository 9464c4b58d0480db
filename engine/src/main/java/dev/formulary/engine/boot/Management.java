package dev.formulary.engine.boot;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.transport.HttpCall;
import java.time.Duration;

/// The port for operators.
final class Management {
    private static final int LARGEST_BODY = 64 << 10;
    private static final int MOST_CALLS = 64;

    private Management() {}

    static Settings.Server limits(Settings settings) {
        return new Settings.Server(settings.management().host(), settings.management().port(), LARGEST_BODY, MOST_CALLS,
                Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(30), Duration.ofSeconds(1),
                settings.management().perimeter());
    }

    /// The admin API reads the query from the path, and ids that have percent or question marks in them.
    static Arrival arrival(HttpCall call) {
        String query = call.query();
        return call.arrival().at(path -> path.replace("%", "%25").replace("?", "%3F")
                + (query == null ? "" : "?" + query));
    }
}
