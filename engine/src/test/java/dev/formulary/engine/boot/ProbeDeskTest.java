package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.admin.AdminJson;
import dev.formulary.engine.alert.Alerts;
import dev.formulary.engine.alert.OpenAlert;
import dev.formulary.engine.config.Probe;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.Settings.ProviderEntry;
import dev.formulary.engine.dispatch.ChatProbe;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.telemetry.Metrics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Operators see how models are probed, and what it costs.
class ProbeDeskTest {
    @TempDir
    private Path folder;
    private final MutableClock clock = new MutableClock(Samples.NOON);
    private final Metrics metrics = new Metrics();
    private final Alerts alerts = new Alerts(Duration.ofMinutes(5));
    private ProbeDesk desk;

    @BeforeEach
    void begin() {
        var entry = new ProviderEntry("home", "openai", 0,
                new Probe(Probe.How.CHAT, Duration.ofMinutes(5), Probe.Which.CHEAPEST), Map.of(), Map.of());
        desk = new ProbeDesk(new Settings.Probes(100_000), () -> List.of(entry), folder.resolve("probes.tsv"),
                metrics.probes(), alerts, clock);
    }

    @AfterEach
    void end() {
        metrics.close();
    }

    private String shown() {
        return new String(AdminJson.write(Objects.requireNonNull(desk.documents().get("/admin/probes")).get()),
                StandardCharsets.UTF_8);
    }

    @Test
    void whatProbesFindIsShownAndCounted() {
        desk.probed("home/big", Probe.How.CHAT, null, 40);
        desk.probed("home/big", Probe.How.CHAT, FailureClass.SERVER, 0);
        desk.probed("home", Probe.How.MODELS, null, 0);

        assertThat(shown()).contains("\"tenant\":\"formulary:probe\"", "\"limit\":100000",
                "\"provider\":\"home\",\"how\":\"chat\",\"every_seconds\":300,\"which\":\"cheapest\"",
                "\"asked\":\"home/big\"", "\"result\":\"server\"", "\"asked\":\"home\"");
        assertThat(metrics.scrape())
                .contains("formulary_probes_total{how=\"chat\",provider=\"home\",result=\"answered\"} 1.0")
                .contains("formulary_probes_total{how=\"chat\",provider=\"home\",result=\"server\"} 1.0")
                .contains("formulary_probes_total{how=\"models\",provider=\"home\",result=\"answered\"} 1.0")
                .contains("formulary_probe_cost_micros_total{provider=\"home\"} 40.0");
    }

    @Test
    void whereNoChatMayBeAskedAnAlertSaysWhy() {
        desk.spared("home/big", ChatProbe.USED_UP);
        desk.spared("home/odd", "its price is not known");

        assertThat(alerts.open()).extracting(OpenAlert::code, OpenAlert::severity).containsExactlyInAnyOrder(
                tuple("probe-budget-used-up", Severity.WARNING),
                tuple("probe-without-chat-home", Severity.INFO));
        assertThat(alerts.open()).extracting(OpenAlert::message).anyMatch(each -> each.contains("lists of models"))
                .contains("the model home/odd is not probed by a chat: its price is not known");
        assertThat(metrics.scrape())
                .contains("formulary_probes_total{how=\"chat\",provider=\"home\",result=\"spared\"} 2.0");
    }
}
