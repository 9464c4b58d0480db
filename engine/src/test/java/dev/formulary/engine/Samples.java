package dev.formulary.engine;

import dev.formulary.engine.config.AlertSettings;
import dev.formulary.engine.config.BudgetTerms;
import dev.formulary.engine.config.FetchSettings;
import dev.formulary.engine.config.LedgerSettings;
import dev.formulary.engine.config.LogSettings;
import dev.formulary.engine.config.Secret;
import dev.formulary.engine.config.SeriesSettings;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.TelemetrySettings;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Priority;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ClassPrices;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.PriceStep;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Values that tests of several rooms start from.
public final class Samples {
    public static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    public static final Settings.Breaker BREAKER = new Settings.Breaker(0.5, 4, 4, 0.75,
            Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(60), 1);

    private Samples() {}

    public static Call call(String tenant) {
        return new Call("01CALL", Dialect.OPENAI_CHAT, "http", tenant, "key", "auto", false, Priority.NORMAL, null,
                false, NOON, 60_000);
    }

    /// A model with prices in micro-dollars for a million tokens.
    public static Candidate priced(String provider, String model, long inputPrice, long outputPrice) {
        var card = new ModelCard(model, Set.of(Capability.CHAT), 8_192, inputPrice, outputPrice, false, Set.of(), 5, 5,
                Map.of());
        return Candidate.of(provider, card, Candidate.Vitals.UNKNOWN);
    }

    /// A model whose long prompts have prices of their own.
    public static Candidate priced(String provider, String model, long inputPrice, long outputPrice, PriceStep step) {
        var prices = new ClassPrices(ClassPrices.UNKNOWN, ClassPrices.UNKNOWN, ClassPrices.UNKNOWN,
                ClassPrices.UNKNOWN, ClassPrices.UNKNOWN, "", "", List.of(step));
        var card = new ModelCard(model, Set.of(Capability.CHAT), 1_000_000, inputPrice, outputPrice, false, Set.of(), 5,
                5, Map.of(), prices);
        return Candidate.of(provider, card, Candidate.Vitals.UNKNOWN);
    }

    public static Candidate free(String provider, String model) {
        return priced(provider, model, 0, 0);
    }

    public static Settings.BudgetEntry budget(String id, String scope, long micros, String period) {
        return new Settings.BudgetEntry(id, scope, micros, period, BudgetTerms.USUAL);
    }

    public static Settings.Key key(String name, String key, String tenant) {
        return new Settings.Key(name, new Secret(key), tenant);
    }

    public static Settings settings(Map<String, String> aliases, List<Settings.Key> keys) {
        return settings(aliases, keys, List.of());
    }

    public static Settings settings(Map<String, String> aliases, List<Settings.Key> keys,
            List<Settings.LimitEntry> limits) {
        return settings(aliases, keys, limits, Settings.Sessions.USUAL);
    }

    public static Settings settings(Map<String, String> aliases, List<Settings.Key> keys, Settings.Sessions sessions) {
        return settings(aliases, keys, List.of(), sessions);
    }

    private static Settings settings(Map<String, String> aliases, List<Settings.Key> keys,
            List<Settings.LimitEntry> limits, Settings.Sessions sessions) {
        return new Settings("node", new Settings.Server("127.0.0.1", 0, 1 << 20, 100, Duration.ofSeconds(5),
                Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(5)),
                new Settings.Management("127.0.0.1", 0, null), keys, List.of(), aliases,
                new Settings.Policy(false, 1_000, Duration.ofMillis(50)),
                new Settings.Cache(true, 1 << 20, Duration.ofMinutes(5)), BREAKER,
                new Settings.Queue(100, 1), new Settings.Probes(100_000), List.of(), limits,
                new Settings.Load(Duration.ofSeconds(1), SeriesSettings.USUAL), null,
                new Settings.Inbox(false, 1),
                new Settings.Plugins("off", List.of()), new Settings.Decisions(100),
                new Settings.Screening(true), sessions, false, null, FetchSettings.USUAL,
                AlertSettings.USUAL, LedgerSettings.USUAL, TelemetrySettings.USUAL, LogSettings.USUAL);
    }
}
