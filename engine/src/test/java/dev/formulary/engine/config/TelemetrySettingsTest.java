package dev.formulary.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TelemetrySettingsTest {
    @TempDir
    private Path home;

    private Settings load(String yaml) throws Exception {
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve(Configuration.FILE), yaml);
        return Configuration.load(home, Map.of("TOKEN", "Bearer hush-hush"));
    }

    private String complaints(String yaml) {
        return String.valueOf(
                catchThrowableOfType(ConfigurationException.class, () -> load(yaml)).getMessage());
    }

    @Test
    void nothingIsTracedUnlessSomebodySaysWhere() throws Exception {
        assertThat(load("").telemetry()).isEqualTo(TelemetrySettings.USUAL);
        assertThat(load("").logs()).isEqualTo(LogSettings.USUAL);
        assertThat(load("telemetry: {}").telemetry().traces()).isNull();
    }

    @Test
    void allOfItIsRead() throws Exception {
        Settings settings = load("""
            logs: { format: json }
            telemetry:
              traces:
                url: https://collector.example.org/v1/traces
                ratio: 0.5
                propagate: false
                queue: 100
                headers: [{ name: Authorization, secret: "${TOKEN}" }]
            """);

        assertThat(settings.logs().format()).isEqualTo(LogSettings.Format.JSON);
        assertThat(settings.telemetry().traces()).isEqualTo(new TelemetrySettings.Traces(
                URI.create("https://collector.example.org/v1/traces"), 0.5,
                Map.of("Authorization", new Secret("Bearer hush-hush")), false, 100));
        assertThat(settings.toString()).doesNotContain("hush-hush");
        var presets = Objects.requireNonNull(load("telemetry: { traces: { url: \"http://[::1]:4318/v1/traces\" } }")
                .telemetry().traces());
        assertThat(presets.ratio()).isEqualTo(0.1);
        assertThat(presets.propagate()).isTrue();
        assertThat(presets.queue()).isEqualTo(2_048);
    }

    @Test
    void whatIsWrongIsTold() {
        assertThat(complaints("telemetry: { traces: { ratio: 2 } }")).contains("telemetry.traces.url: is missing",
                "telemetry.traces.ratio: must be a number from 0 to 1");
        assertThat(complaints("telemetry: { traces: { url: \"http://me:pass@host/x\" } }"))
                .contains("telemetry.traces.url: must be where a collector takes OTLP");
        assertThat(complaints("telemetry: { traces: { url: \"http://host:4318\" } }"))
                .contains("for example http://127.0.0.1:4318/v1/traces");
        assertThat(complaints("logs: { format: xml }")).contains("logs.format: must be text or json, not \"xml\"");
        assertThat(complaints(
                """
                    telemetry:
                      traces:
                        url: http://h/v1/traces
                        headers: [{ name: "a b", secret: x }, { name: c, secret: 12345 }, { name: d, secret: "dé" }, { name: d }]
                    """))
                .contains("headers[0].name: must be letters", "headers[1].secret: must be text",
                        "headers[2].secret: must be one line of plain characters", "headers[3].secret: is missing",
                        "headers[3].name: stands in an entry above already")
                .doesNotContain("12345", "dé");
    }
}
