package dev.formulary.engine.boot;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.context.Counting;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.SessionName;
import dev.formulary.engine.facts.Turn;
import dev.formulary.engine.session.Sessions;
import dev.formulary.engine.store.History;
import dev.formulary.engine.store.SessionFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionDeskTest {
    @TempDir
    Path folder;

    @Test
    void aSessionIsShownWithoutWordsAndForgottenOnTheDiskToo() throws Exception {
        var settings = new Settings.Sessions(Duration.ofHours(1), 5, 300);
        var clock = new MutableClock(NOON);
        var call = new Call("01CALL", Dialect.OPENAI_CHAT, "http", "home", "", "auto", false, Priority.NORMAL, "s/1",
                false, NOON, 60_000);
        try (var sessions = new Sessions(settings, shelf(clock), _ -> {}, clock);
                var history = new History(settings, folder, folder, Counting.by(Settings.Tokens.ESTIMATE)::ofMessage,
                        _ -> {}, clock)) {
            var desk = new SessionDesk(sessions, new HistoryDesk(history), settings);
            sessions.called(call, Context.unspecified());
            sessions.answered(call, "a/m");

            assertThat(Objects.requireNonNull(desk.documents().get("/admin/sessions")).get())
                    .isEqualTo(Map.of("count", 1, "most", 5, "idle", Duration.ofHours(1)));
            assertThat(desk.find("s/1", "home")).asInstanceOf(InstanceOfAssertFactories.MAP).containsExactly(
                    entry("session", "s/1"), entry("tenant", "home"), entry("model", "a/m"), entry("in_row", 1),
                    entry("calls", 1), entry("switches", 0), entry("last_call", NOON), entry("last_answer", NOON));
            assertThat(desk.find("s/1", "default")).isNull();
            var name = new SessionName("home", "s/1");
            history.keep(name, new Turn("a", "b", NOON));
            assertThat(desk.delete("s/1", "home")).isTrue();
            assertThat(history.before(name).turns()).as("what was said goes, too").isEmpty();
            assertThat(desk.delete("s/1", "home")).isFalse();
            history.keep(name, new Turn("a", "b", NOON));
            assertThat(desk.delete("s/1", "home")).as("also when no more is known").isTrue();
        }
        try (var later = new Sessions(settings, shelf(clock), _ -> {}, clock)) {
            assertThat(later.before(call).calls()).isZero();
        }
    }

    private SessionShelf shelf(MutableClock clock) {
        return new SessionShelf(new SessionFile(folder, folder, clock));
    }
}
