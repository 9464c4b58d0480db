package dev.formulary.engine.grid;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.WhenApart;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Risk;
import dev.formulary.engine.facts.SessionRecord;
import dev.formulary.engine.session.Sessions;
import dev.formulary.engine.session.Shelf;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SharedSessionsTest {
    private final MutableClock clock = new MutableClock(NOON);
    private final List<Sessions> opened = new ArrayList<>();
    private ClusterNodes nodes;

    /// A shelf in memory.
    private record Memory(Map<String, SessionRecord> records) implements Shelf {
        Memory() {
            this(new ConcurrentHashMap<>());
        }

        @Override
        public List<SessionRecord> youngest(int most, Instant since) {
            return List.copyOf(records.values());
        }

        @Override
        public void write(List<SessionRecord> changed, Set<String> gone, Instant since, int most) {
            changed.forEach(record -> records.put(record.key(), record));
            records.keySet().removeAll(gone);
        }

        @Override
        public void close() {
            // nothing to close
        }
    }

    @BeforeEach
    void start() throws IOException {
        nodes = new ClusterNodes(2, WhenApart.SHARE);
    }

    @AfterEach
    void stop() throws IOException {
        for (Sessions each : opened) {
            each.close();
        }
        nodes.close();
    }

    private Sessions sessions(int node, Memory shelf) {
        var sessions = new Sessions(Settings.Sessions.USUAL, shelf, nodes.node(node).sessions(), _ -> {}, clock);
        opened.add(sessions);
        // waits until it listens
        sessions.before(call("any"));
        return sessions;
    }

    private static Call call(String session) {
        return new Call("01CALL", Dialect.OPENAI_CHAT, "http", "home", "key", "auto", false, Priority.NORMAL, session,
                false, NOON, 60_000);
    }

    private static Context crisis() {
        Context plain = Context.unspecified();
        return new Context(plain.need(), Risk.HIGH, plain.emotion(), plain.ageBand(), plain.privacy(), plain.task(),
                false, false, false, "", "", 0, 0, plain.needs(), false, plain.therapy(), plain.requirements(), -1,
                plain.traits(), plain.screening(), Map.of());
    }

    @Test
    void theNextCallOnAnotherNodeKeepsToTheModel() throws Exception {
        Sessions one = sessions(0, new Memory());
        Sessions other = sessions(1, new Memory());

        one.called(call("s"), Context.unspecified());
        one.answered(call("s"), "groq/llama");

        assertThat(other.before(call("s")).model()).isEqualTo("groq/llama");
        clock.advance(Duration.ofSeconds(5));
        other.answered(call("s"), "groq/llama");
        assertThat(one.before(call("s"))).returns(2, each -> each.inRow()).returns(0, each -> each.idleSeconds());
        assertThat(one.before(call("t")).model()).isEmpty();
    }

    @Test
    void aCrisisThatOneNodeSawIsKnownToAll() {
        Sessions one = sessions(0, new Memory());
        Sessions other = sessions(1, new Memory());

        one.called(call("s"), crisis());
        other.called(call("s"), Context.unspecified());
        clock.advance(Duration.ofSeconds(60));

        assertThat(other.before(call("s")).crisisWithin(60)).isEqualTo(CrisisLevel.HIGH);
        assertThat(one.before(call("s")).crisisWithin(59)).isEqualTo(CrisisLevel.NONE);
    }

    @Test
    void whatIsForgottenIsForgottenByAllAndOnTheirShelves() throws Exception {
        var shelf = new Memory();
        Sessions one = sessions(0, new Memory());
        Sessions other = sessions(1, shelf);
        one.answered(call("s"), "groq/llama");
        assertThat(other.find("home", "s")).isPresent();

        one.forget("home", "s");

        assertThat(other.find("home", "s")).isEmpty();
        other.close();
        assertThat(shelf.records()).isEmpty();
    }

    @Test
    void aNodeThatComesLaterKnowsWhatWasAndKeepsIt() throws Exception {
        Sessions one = sessions(0, new Memory());
        one.answered(call("s"), "groq/llama");
        var shelf = new Memory();

        Sessions later = sessions(1, shelf);

        assertThat(later.before(call("s")).model()).isEqualTo("groq/llama");
        later.close();
        assertThat(shelf.records().values()).extracting(SessionRecord::model).containsExactly("groq/llama");
    }
}
