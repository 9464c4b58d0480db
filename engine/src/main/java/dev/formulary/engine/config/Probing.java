package dev.formulary.engine.config;

import java.time.Duration;
import java.util.Locale;

/// Reads how a provider's models are probed.
final class Probing {
    private static final long BUDGET = 100_000;
    private static final Duration OFTEN = Duration.ofMinutes(5);
    private static final Duration DAY = Duration.ofDays(1);

    private Probing() {}

    /// The section `probe` of a provider.
    static Probe of(Section s) {
        Probe.How how = Probe.How.valueOf(s.oneOf("how", "models", "models", "chat").toUpperCase(Locale.ROOT));
        boolean chats = how == Probe.How.CHAT;
        Duration every = s.duration("every", chats ? OFTEN : Duration.ZERO, Duration.ZERO, DAY);
        if (every.isPositive() && every.compareTo(Duration.ofSeconds(1)) < 0) {
            s.complain("every", "must be 0s or from 1s to 1d, for example 5m");
        }
        if (s.has("which") && !chats) {
            s.complain("which", "is for \"how: chat\" only; a list of models is asked for once a provider");
        }
        return new Probe(how, every,
                Probe.Which.valueOf(s.oneOf("which", "each", "each", "cheapest").toUpperCase(Locale.ROOT)));
    }

    /// The section `probe` of the whole, in micro-dollars a day.
    static long budget(Section s) {
        return s.has("budget") ? s.money("budget") : BUDGET;
    }
}
