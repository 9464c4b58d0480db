package dev.formulary.engine.decision;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Situation;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ModelCard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Folders of rules and questions for tests.
final class Rules {
    static final Settings.Policy SETTINGS = new Settings.Policy(false, 1_000, Duration.ofSeconds(5));
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

    private Rules() {}

    /// Puts a file into the folder, as if it had been there for a while.
    static void put(Path folder, String file, String text) {
        try {
            Path path = folder.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
            Files.setLastModifiedTime(path, FileTime.from(Instant.now().minusSeconds(60)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A rule in five lines: its name, conditions and consequence stand on the lines 1, 4 and 6.
    static String rule(String id, String when, String then) {
        return "rule \"" + id + "\"\n    @id(\"" + id + "\") @reason(\"reason of " + id + "\")\nwhen\n    " + when
                + "\nthen\n    " + then + "\nend\n";
    }

    static Policy policy(Path folder) {
        return policy(folder, null);
    }

    static Policy policy(Path folder, @Nullable Path cache) {
        return new Policy(folder, SETTINGS, cache, _ -> {});
    }

    static Call call(String model, boolean substitute) {
        return new Call("call-1", Dialect.OPENAI_CHAT, "http", "alice", "", model, substitute, Priority.NORMAL, null,
                false, NOW, 60_000);
    }

    static Question question(Candidate... candidates) {
        return new Question(call("auto", false), Context.unspecified(), situation(), List.of(candidates));
    }

    static Question named(String model, boolean substitute, Candidate... candidates) {
        return new Question(call(model, substitute), Context.unspecified(), situation(), List.of(candidates));
    }

    static Situation situation(Budget... budgets) {
        return new Situation(NOW, Host.UNKNOWN, List.of(budgets), 0, 0, Set.of());
    }

    static Candidate candidate(String id) {
        return candidate(id, 5, -1);
    }

    static Candidate candidate(String id, double quality, long price, String... labels) {
        return candidate(id, Set.of(Capability.CHAT), quality, price, 0, Candidate.Vitals.UNKNOWN, labels);
    }

    static Candidate candidate(String id, Set<Capability> capabilities, double quality, long price, int window,
            Candidate.Vitals vitals, String... labels) {
        int slash = id.indexOf('/');
        return Candidate.of(id.substring(0, slash), new ModelCard(id.substring(slash + 1), capabilities, window, price,
                price, id.startsWith("home/"), Set.of(labels), quality, -1, Map.of()), vitals);
    }

    static Candidate.Vitals vitals(BreakerState breaker, double errorRate, int calls) {
        return new Candidate.Vitals(breaker, errorRate, calls, -1, -1, 0, -1);
    }
}
