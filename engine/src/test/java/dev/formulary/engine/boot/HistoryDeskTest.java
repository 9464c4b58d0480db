package dev.formulary.engine.boot;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.admin.Change;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.SessionName;
import dev.formulary.engine.facts.Turn;
import dev.formulary.engine.store.History;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Operators have forgotten what was said.
class HistoryDeskTest {
    @TempDir
    Path folder;
    private final MutableClock clock = new MutableClock(NOON);
    private History history = history();
    private HistoryDesk desk = new HistoryDesk(history);

    private History history() {
        Path data = folder == null ? Path.of("nowhere") : folder;
        return new History(Settings.Sessions.USUAL, data, data, String::length, _ -> {}, clock);
    }

    @BeforeEach
    void begin() throws IOException {
        history.close();
        history = history();
        desk = new HistoryDesk(history);
        Stream.of("alice kitchen", "alice kitchen", "alice bath", "bob kitchen").map(name -> name.split(" ", -1))
                .forEach(name -> history.keep(new SessionName(name[0], name[1]), new Turn("secret", "word", NOON)));
    }

    @AfterEach
    void end() throws IOException {
        history.close();
    }

    private Object purge(Map<String, String> said) {
        Change.Result result = Objects.requireNonNull(desk.changes().get("/admin/history/purge")).apply(said);
        return ((Change.Result.Done) result).document();
    }

    @Test
    void howMuchIsKeptIsShownNeverWhatAndOneSessionIsForgotten() {
        assertThat(desk.items()).containsOnlyKeys("/admin/sessions/*/history");
        assertThat(desk.find("kitchen", "alice")).asInstanceOf(InstanceOfAssertFactories.MAP)
                .contains(entry("turns", 2L), entry("oldest", NOON), entry("latest", NOON)).containsKey("bytes")
                .hasSize(4);
        assertThat(desk.find("kitchen", "default")).isNull();
        assertThat(desk.delete("kitchen", "alice")).isTrue();
        assertThat(desk.delete("kitchen", "alice")).isFalse();
        assertThat(desk.find("bath", "alice")).isNotNull();
    }

    @Test
    void aTenantsAreForgottenFirstForShow() {
        assertThat(purge(Map.of("tenant", "alice", "dry_run", "true"))).isEqualTo(Map.of("would_forget", 3L));
        assertThat(purge(Map.of("tenant", "alice", "session", "bath", "dry_run", "true")))
                .isEqualTo(Map.of("would_forget", 1L));
        assertThat(purge(Map.of("tenant", "alice", "session", "bath"))).isEqualTo(Map.of("forgot", 1L));
        assertThat(purge(Map.of("tenant", "alice"))).isEqualTo(Map.of("forgot", 2L));
        assertThat(purge(Map.of("tenant", "alice"))).isEqualTo(Map.of("forgot", 0L));
        assertThat(desk.find("kitchen", "bob")).isNotNull();
    }

    @Test
    void whatIsNotClearForgetsNothing() {
        assertThatThrownBy(() -> purge(Map.of())).hasMessageStartingWith("'tenant' is missing");
        assertThatThrownBy(() -> purge(Map.of("tenant", "alice", "sessions", "x")))
                .hasMessageContaining("'sessions' is not known");
        assertThatThrownBy(() -> purge(Map.of("tenant", "alice", "dry_run", "maybe")))
                .hasMessage("'dry_run' must be true or false");
        assertThat(desk.find("kitchen", "alice")).isNotNull();
    }
}
