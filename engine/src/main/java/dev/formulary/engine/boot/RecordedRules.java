package dev.formulary.engine.boot;

import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.decision.Policy;
import dev.formulary.engine.decision.Ruling;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Finds the rules that a decision was made with, beside a gateway or without one: in the archive of a home folder, else in
/// a folder of rules when its hash is the one. Thread-safe. Compiling takes a while.
final class RecordedRules implements Function<String, Optional<Ruling>>, AutoCloseable {
    /// Nobody waits for a decision that is made again.
    private static final Settings.Policy PATIENT = new Settings.Policy(false, 1_000_000, Duration.ofSeconds(30));

    private final Policy archive;
    private final Path rules;
    private Ruling.@Nullable Tried tried;

    /// @param rules where to look for what the archive does not have
    RecordedRules(Home home, Path rules) {
        this.rules = rules;
        // never loaded, so that it changes nothing
        this.archive = new Policy(home.rules(), PATIENT, home.cache().resolve("rules"), _ -> {}, List.of(),
                RuleDesk.ledger(home, Clock.systemUTC()));
    }

    @Override
    public Optional<Ruling> apply(String hash) {
        return archive.ruling(hash)
                .or(() -> Optional.ofNullable(folder().ruling()).filter(ruling -> ruling.hash().equals(hash)));
    }

    private synchronized Ruling.Tried folder() {
        Ruling.Tried known = tried;
        if (known == null) {
            known = Ruling.of(rules, LexiconCompanion.checking());
            tried = known;
        }
        return known;
    }

    @Override
    public void close() {
        archive.close();
    }
}
