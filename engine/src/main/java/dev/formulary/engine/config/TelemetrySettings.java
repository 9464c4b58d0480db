package dev.formulary.engine.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What is told of calls beyond the metrics.
///
/// @param traces where traces go, or null for none
public record TelemetrySettings(@Nullable Traces traces) {
    /// No traces.
    public static final TelemetrySettings USUAL = new TelemetrySettings(null);

    private static final Pattern URL = Pattern
            .compile("https?://([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?/\\S+");
    private static final String A_URL = "where a collector takes OTLP over HTTP, without user and password, for example"
            + " http://127.0.0.1:4318/v1/traces";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]{1,100}");
    private static final double RATIO = 0.1;
    private static final int QUEUE = 2_048;

    /// @param url where a collector takes OTLP over HTTP
    /// @param ratio which share of the calls is traced that belong to no trace yet, 0 to 1
    /// @param headers what goes along, such as a token
    /// @param propagate whether providers get the trace's id
    /// @param queue how many spans may wait for the collector; more are dropped
    public record Traces(URI url, double ratio, Map<String, Secret> headers, boolean propagate, int queue) {
        public Traces {
            headers = Map.copyOf(headers);
        }
    }

    static TelemetrySettings read(Section s) {
        return new TelemetrySettings(s.optionalSection("traces", TelemetrySettings::traces));
    }

    private static Traces traces(Section s) {
        s.require("url");
        Set<String> names = new HashSet<>();
        Map<String, Secret> headers = new LinkedHashMap<>();
        s.list("headers", each -> {
            each.require("name", "secret");
            String name = each.once("name", each.text("name", "", NAME, "letters, digits and hyphens"), names);
            Secret secret = each.optionalSecret("secret");
            if (secret != null && secret.value().chars().anyMatch(c -> c < ' ' || c > '~')) {
                each.complain("secret", "must be one line of plain characters");
            } else if (secret != null) {
                headers.put(name, secret);
            }
            return name;
        });
        return new Traces(url(s), s.share("ratio", RATIO), headers, s.flag("propagate", true),
                s.number("queue", QUEUE, 16, 100_000));
    }

    private static URI url(Section s) {
        try {
            return new URI(s.text("url", "http://127.0.0.1:4318/v1/traces", URL, A_URL));
        } catch (URISyntaxException e) {
            s.complain("url", "must be " + A_URL);
            return URI.create("http://127.0.0.1:4318/v1/traces");
        }
    }
}
