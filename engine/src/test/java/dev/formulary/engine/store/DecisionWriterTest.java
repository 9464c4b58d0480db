package dev.formulary.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.LogLines;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Situation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecisionWriterTest {
    @TempDir
    Path folder;
    private Logbook book = new Logbook(Path.of(""));

    @BeforeEach
    void open() {
        book = new Logbook(folder);
    }

    @Test
    void whatWasDecidedIsFoundWithAllThatItWasMadeOf() throws Exception {
        Question question = new RandomFacts(5).question("d1", Decisions.SITUATION, Logbook.MODELS);
        try (DecisionWriter writer = book.writer()) {
            writer.decided(question, Logbook.allow("d1"));
            writer.decided(Logbook.question("d2"), Decisions.deny("d2"));
        }

        try (DecisionReader reader = book.reader()) {
            assertThat(found(reader, "d1")).isEqualTo(new Recorded(question, Logbook.allow("d1"), null));
            assertThat(found(reader, "d2").decision()).isEqualTo(Decisions.deny("d2"));
            assertThat(reader.find("d3")).isNull();
            assertThat(reader.latest(5, _ -> {})).extracting(Kept::id).containsExactly("d2", "d1");
        }
    }

    @Test
    void theOutcomeIsKeptWheneverItComesWithoutWhatTheProviderSaid() throws Exception {
        try (DecisionWriter writer = book.writer()) {
            writer.decided(Logbook.question("soon"), Logbook.allow("soon"));
            writer.completed("soon", Decisions.outcome());
            writer.decided(Logbook.question("late"), Logbook.allow("late"));
            writer.tick();
            writer.completed("late", Decisions.outcome());
        }

        try (DecisionReader reader = book.reader()) {
            for (String id : List.of("soon", "late")) {
                Outcome outcome = Objects.requireNonNull(found(reader, id).outcome());
                assertThat(outcome.costMicros()).isEqualTo(340);
                assertThat(outcome.attempts()).extracting(Outcome.Tried::message).containsOnly("");
            }
        }
        assertThat(book.count("select count(*) from entry")).isEqualTo(3);
        assertThat(book.verify().broken()).isNull();
    }

    @Test
    void whatManyDecisionsShareIsWrittenOnce() throws Exception {
        book.fill("a", 500);
        book.fill("b", 500);

        assertThat(book.count("select count(*) from entry")).isEqualTo(1_000);
        assertThat(book.count("select count(*) from part")).isEqualTo(5);
        assertThat(book.verify()).extracting(ChainReport::entries, ChainReport::broken).containsExactly(1_000L, null);
    }

    @Test
    void aFullQueueLosesWhatComesAndSaysSo() throws Exception {
        try (DecisionWriter writer = book.writer()) {
            for (int i = 0; i < DecisionWriter.MOST_WAITING + 7; i++) {
                writer.decided(Logbook.question("d" + i), Logbook.allow("d" + i));
            }
            assertThat(writer.lost()).isEqualTo(7);
            assertThat(writer.waiting()).isEqualTo(DecisionWriter.MOST_WAITING);
            writer.tick();
            assertThat(writer.waiting()).isZero();
            assertThat(writer.written()).isEqualTo(DecisionWriter.MOST_WAITING);
        }

        assertThat(book.count("select count(*) from entry where kind = 3 and cast(body as text) = '{\"events\":7}'"))
                .isEqualTo(1);
        assertThat(book.verify().broken()).isNull();
    }

    @Test
    void oldOnesGoAndTheChainStillHolds() throws Exception {
        book.fill("a", 1_200);
        book.clock.advance(Duration.ofDays(31));
        try (DecisionWriter writer = book.writer()) {
            var now = new Situation(book.clock.instant(), Decisions.SITUATION.host(), List.of(), 0, 0, Set.of());
            writer.decided(new RandomFacts(1).question("new", now, Logbook.MODELS), Logbook.allow("new"));
            ticks(writer, 10);
        }

        assertThat(book.count("select count(*) from entry where kind = 1")).isEqualTo(1);
        assertThat(book.verify()).satisfies(report -> assertThat(report.first()).isEqualTo(1_201))
                .extracting(ChainReport::broken).isNull();
    }

    @Test
    void theFileDoesNotOutgrowItsLimit() throws Exception {
        var facts = new RandomFacts(9);
        long limit = 1 << 20;
        try (DecisionWriter writer = book.writer(Logbook.keeping("keep", limit))) {
            for (int round = 0; round < 20; round++) {
                for (int i = 0; i < 200; i++) {
                    String id = round + "-" + i;
                    writer.decided(facts.question(id, Decisions.SITUATION, Logbook.MODELS), Logbook.allow(id));
                }
                ticks(writer, 10);
            }
        }

        assertThat(Files.size(folder.resolve(DecisionWriter.FILE))).isLessThan(limit + (limit >> 2));
        assertThat(book.count("select count(*) from entry where kind = 1")).isBetween(300L, 3_500L);
        assertThat(book.verify().broken()).isNull();
        try (DecisionReader reader = book.reader()) {
            assertThat(reader.latest(100, why -> assertThat(why).isNull())).hasSize(100);
        }
    }

    @Test
    void aFullDiskStopsNothingAndIsOverWhenThereIsRoom() throws Exception {
        try (LogLines _ = new LogLines(DecisionWriter.class); DecisionWriter writer = book.writer()) {
            writer.decided(Logbook.question("before"), Logbook.allow("before"));
            writer.tick();
            writer.limitPages(book.count("pragma page_count"));
            var facts = new RandomFacts(1);
            for (int i = 0; i < 300; i++) {
                writer.decided(facts.question("d" + i, Decisions.SITUATION, Logbook.MODELS), Logbook.allow("d" + i));
            }
            writer.tick();

            assertThat(book.notices).singleElement().satisfies(
                    notice -> assertThat(notice.code()).isEqualTo("decision-log-failing"),
                    notice -> assertThat(notice.message()).contains("full"));
            assertThat(writer.waiting()).isEqualTo(300);
            // the limit was the connection's, and the next try opens a new one
            await().until(() -> {
                writer.tick();
                return writer.waiting() == 0;
            });
            assertThat(writer.lost()).isZero();
        }
        assertThat(book.count("select count(*) from entry where kind = 1")).isEqualTo(301);
        assertThat(book.verify().broken()).isNull();
    }

    @Test
    void aDamagedFileIsMovedAside() throws Exception {
        Files.writeString(folder.resolve(DecisionWriter.FILE),
                "this is no database at all, whatever its name says. ".repeat(50));
        try (LogLines lines = new LogLines(DecisionWriter.class)) {
            book.fill("a", 1);
            assertThat(lines.lines()).anyMatch(line -> line.contains("damaged"));
        }

        assertThat(book.verify().entries()).isEqualTo(1);
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).anyMatch(name -> name.contains("broken-"));
        }
    }

    @Test
    void oneThatCannotBeWrittenDoesNotStopTheOthers() throws Exception {
        Question impossible = new Question(Decisions.call("x"), Decisions.context(), Decisions.SITUATION,
                new java.util.AbstractList<>() {
                    @Override
                    public dev.formulary.engine.facts.Candidate get(int index) {
                        throw new IllegalStateException("gone");
                    }

                    @Override
                    public int size() {
                        return 1;
                    }
                });
        try (LogLines _ = new LogLines(DecisionWriter.class); DecisionWriter writer = book.writer()) {
            writer.decided(impossible, Logbook.allow("x"));
            writer.tick();
            assertThat(writer.lost()).isEqualTo(1);
            writer.decided(Logbook.question("d1"), Logbook.allow("d1"));
        }
        assertThat(book.count("select count(*) from entry where kind = 1 and id = 'd1'")).isEqualTo(1);
        assertThat(book.count("select count(*) from entry where kind = 3")).isEqualTo(1);
    }

    @Test
    void itWritesByItselfWhileOthersRead() throws Exception {
        var settings = new Settings.Decisions(2, true, Duration.ofDays(1), 64 << 20, "keep");
        try (var store = new DecisionStore(folder, folder, settings, book.notices::add, book.clock)) {
            for (int i = 1; i <= 9; i++) {
                store.record(Logbook.question("d" + i), Logbook.allow("d" + i));
                store.complete("d" + i, Decisions.outcome());
            }
            await().until(() -> store.find("d1") != null);

            assertThat(store.find("d9")).isNotNull();
            assertThat(store.find("d1", "clinic")).isNotNull();
            assertThat(store.find("d9", "clinic")).isNotNull();
            assertThat(store.find("d1", "other")).isNull();
            assertThat(store.find("d9", "other")).isNull();
            assertThat(store.lost()).isZero();
            assertThat(store.waiting()).isZero();
        }
        try (var again = new DecisionStore(folder, folder, Logbook.keeping("keep", 64 << 20), book.notices::add,
                book.clock)) {
            again.record(Logbook.question("e1"), Logbook.allow("e1"));
            assertThat(again.recent(3)).extracting(Recorded::id).containsExactly("e1", "d9", "d8");
        }
    }

    @Test
    void whatHasLeftTheMemoryAndIsNotWrittenYetIsWaitedFor() throws Exception {
        var settings = new Settings.Decisions(1, true, Duration.ofDays(1), 64 << 20, "keep");
        try (var store = new DecisionStore(folder, folder, settings, book.notices::add, book.clock)) {
            for (int i = 1; i <= 50; i++) {
                String id = "d" + i;
                store.record(Logbook.question(id), Logbook.allow(id));
                store.record(Logbook.question(id + "-next"), Logbook.allow(id + "-next"));
                store.complete(id, Decisions.outcome());

                assertThat(store.find(id)).as(id).isNotNull().extracting(Recorded::outcome).isNotNull();
            }
            assertThat(store.recent(101)).hasSize(100);
        }
    }

    @Test
    void aLogInMemoryWritesNothing() throws Exception {
        try (var store = new DecisionStore(folder, folder, new Settings.Decisions(1), book.notices::add, book.clock)) {
            Decision decision = Logbook.allow("d1");
            store.record(Logbook.question("d1"), decision);
            store.complete("d1", Decisions.outcome());
            store.record(Logbook.question("d2"), Logbook.allow("d2"));
            assertThat(store.find("d1")).isNull();
            assertThat(store.recent(9)).hasSize(1);
        }
        assertThat(folder).isEmptyDirectory();
        assertThatThrownBy(() -> book.reader()).isInstanceOf(IOException.class)
                .hasMessageStartingWith("no decisions are kept in");
    }

    @Test
    void aFileOfANewerVersionIsLeftAlone() throws Exception {
        book.fill("a", 1);
        book.tamper("pragma user_version=99");

        assertThatThrownBy(() -> book.reader()).hasMessageContaining("99");
        try (LogLines _ = new LogLines(DecisionWriter.class)) {
            book.fill("b", 1);
        }
        assertThat(book.notices).isNotEmpty();
        assertThat(book.count("select count(*) from entry")).isEqualTo(1);
    }

    private static Recorded found(DecisionReader reader, String id) throws IOException {
        return Objects.requireNonNull(reader.find(id)).recorded();
    }

    private static void ticks(DecisionWriter writer, int count) {
        for (int i = 0; i < count; i++) {
            writer.tick();
        }
    }
}
