package dev.formulary.engine.store;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.Whose;
import dev.formulary.engine.facts.SessionName;
import dev.formulary.engine.facts.Turn;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/// A process of its own that keeps turns until it is killed, and prints the number of each that the next call of its session
/// would find.
final class TurnWriter {
    static final SessionName NAME = new SessionName("alice", "kitchen");
    /// What is said is long, so that a kill would leave half of it, if anything could.
    private static final String LONG = "x".repeat(20_000);

    private TurnWriter() {}

    static Settings.Sessions settings() {
        return new Settings.Sessions(Duration.ofDays(1), 10, 0, new Settings.History(Whose.ALL, 1_000, 100_000,
                Duration.ofDays(7), 256L << 20, false, null));
    }

    static Turn turn(int number) {
        return new Turn("question " + number + LONG, "answer " + number + LONG, Clock.systemUTC().instant());
    }

    static void main(String... folder) throws IOException {
        Path data = Path.of(folder[0]);
        try (var history = new History(settings(), data, data, _ -> 1, notice -> System.out.println("! " + notice),
                Clock.systemUTC(), 0)) {
            for (int i = 0; i < 1_000; i++) {
                history.keep(NAME, turn(i));
                if (history.before(NAME).turns().size() > i) {
                    System.out.println(i);
                }
            }
        }
    }
}
