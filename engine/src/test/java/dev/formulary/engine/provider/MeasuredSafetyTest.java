package dev.formulary.engine.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.config.ModelCatalogue;
import dev.formulary.spi.ModelCard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What was measured of a model takes effect while its plug-in serves, unless the configuration says otherwise.
class MeasuredSafetyTest {
    private static CardCatalogue measured(double safety) throws Exception {
        return new CardCatalogue(List.of(ModelCatalogue.parse(
                "version: 2026-11-30\nmeasured:\n  \"echo/parrot\": { safety: "
                        + safety + ", low: 1, high: 9, answers: 60, set: \"safety 1\", day: 2026-11-30 }\n",
                "measured.yaml")));
    }

    private static double safety(Providers providers) {
        return providers.cards().values().iterator().next().getFirst().safety();
    }

    private static Providers serving(Path home, Map<String, Object> settings, AtomicReference<CardCatalogue> known)
            throws Exception {
        new PluginBuilder("1.0.0").into(Files.createDirectories(home.resolve("plugins")).resolve("echo.jar"));
        var providers = new Providers(home.resolve("plugins"), home.resolve("work"),
                List.of(PluginFolder.entry("echo", "echo", settings)), PluginFolder.ANY, (_, _) -> {
                    throw new UnsupportedOperationException("no network in this test");
                }, _ -> {}, known::get);
        await().until(() -> !providers.reconcile());
        return providers;
    }

    @Test
    void aGradeIsTakenUpAtOnce(@TempDir Path home) throws Exception {
        var known = new AtomicReference<>(CardCatalogue.EMPTY);
        try (Providers providers = serving(home, Map.of(), known)) {
            assertThat(safety(providers)).isEqualTo(ModelCard.UNKNOWN);
            known.set(measured(7.5));
            providers.completeAgain();
            assertThat(safety(providers)).isEqualTo(7.5);
            assertThat(providers.cards().values().iterator().next().getFirst().attributes()).containsEntry(
                    "safety-source",
                    "measured on 2026-11-30 with safety 1: 60 answers, 95 % interval 1.0 to 9.0");
        }
    }

    @Test
    void whatTheConfigurationSaysOverrulesIt(@TempDir Path home) throws Exception {
        var settings = Map.<String, Object>of("models", List.of(Map.of("id", "parrot", "safety", 2)));
        try (Providers providers = serving(home, settings, new AtomicReference<>(measured(7.5)))) {
            assertThat(safety(providers)).isEqualTo(2);
        }
    }
}
