package dev.formulary.engine.store;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Question;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// A log in a folder, written when a test says so.
final class Logbook {
    static final List<Candidate> MODELS = new RandomFacts(3).candidates(4);

    final Path folder;
    final MutableClock clock = new MutableClock(Decisions.NOON);
    final List<Notice> notices = new CopyOnWriteArrayList<>();

    Logbook(Path folder) {
        this.folder = folder;
    }

    static Settings.Decisions keeping(String personal, long bytes) {
        return new Settings.Decisions(10, true, Duration.ofDays(3650), bytes, personal);
    }

    DecisionWriter writer() {
        return writer(new Settings.Decisions(10, true, Duration.ofDays(30), 64 << 20, "keep"));
    }

    DecisionWriter writer(Settings.Decisions settings) {
        return new DecisionWriter(folder, folder, settings, notices::add, clock, -1);
    }

    DecisionReader reader() throws IOException {
        return new DecisionReader(folder, folder);
    }

    ChainReport verify() throws IOException {
        try (DecisionReader reader = reader()) {
            return reader.verify(null);
        }
    }

    /// Keeps decisions `PREFIX1`, `PREFIX2` and so on.
    void fill(String prefix, int count) {
        try (DecisionWriter writer = writer()) {
            for (int i = 1; i <= count; i++) {
                writer.decided(question(prefix + i), allow(prefix + i));
            }
        }
    }

    static Question question(String id) {
        return new Question(Decisions.call(id), Decisions.context(), Decisions.SITUATION, MODELS);
    }

    static Decision allow(String id) {
        return new Decision.Allow(id, "abc123", new Plan(MODELS.subList(0, 2), Map.of(), 0), List.of(), List.of(),
                List.of(), List.of());
    }

    /// Does by hand what the gateway never does.
    void tamper(String... statements) throws SQLException {
        try (Connection connection = DriverManager
                .getConnection("jdbc:sqlite:" + folder.resolve(DecisionWriter.FILE))) {
            for (String sql : statements) {
                Database.execute(connection, sql);
            }
        }
    }

    long count(String sql) throws SQLException {
        try (Connection connection = DriverManager
                .getConnection("jdbc:sqlite:" + folder.resolve(DecisionWriter.FILE))) {
            return Database.number(connection, sql);
        }
    }
}
