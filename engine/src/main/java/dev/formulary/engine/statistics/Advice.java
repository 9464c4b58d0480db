package dev.formulary.engine.statistics;

import dev.formulary.engine.facts.Metric;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// What to do about what was found, and where a metric becomes a problem; both stand in `insights.properties`.
final class Advice {
    private final Properties words = new Properties();

    Advice() {
        try (InputStream in = Objects.requireNonNull(Advice.class.getResourceAsStream("insights.properties"))) {
            words.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("the JAR has no insights.properties that can be read", e);
        }
    }

    /// Null where there is no limit.
    @Nullable
    Double limit(Metric metric) {
        String limit = words.getProperty("limit." + metric.name());
        return limit == null ? null : Double.valueOf(limit);
    }

    String action(Insight.Kind kind, String metric, String resource, String other) {
        String word = kind.name().toLowerCase(Locale.ROOT);
        String general = words.getProperty(word, "");
        return words.getProperty(word + "." + metric, general).replace("{resource}", resource)
                .replace("{other}", other);
    }
}
