package dev.formulary.engine.session;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.EmotionalState;
import dev.formulary.engine.facts.Gravity;
import dev.formulary.engine.facts.Need;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Risk;
import dev.formulary.engine.facts.Screening;
import dev.formulary.engine.facts.SessionName;
import dev.formulary.engine.facts.SessionRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionsTest {
    private final MutableClock clock = new MutableClock(NOON);
    private final List<Notice> notices = new CopyOnWriteArrayList<>();
    private MemoryShelf shelf = new MemoryShelf();
    private Sessions sessions = sessions(3);

    private Sessions sessions(int most) {
        return new Sessions(new Settings.Sessions(Duration.ofHours(24), most, 300), shelf, Siblings.NONE, notices::add,
                clock, 0);
    }

    @AfterEach
    void close() throws IOException {
        sessions.close();
    }

    private static Call call(String tenant, @Nullable String session) {
        return new Call("01CALL", Dialect.OPENAI_CHAT, "http", tenant, "", "auto", false, Priority.NORMAL, session,
                false, NOON, 60_000);
    }

    private Continuity before(String session) {
        return sessions.before(call("home", session));
    }

    private void answered(String session, String model) {
        sessions.called(call("home", session), Context.unspecified());
        sessions.answered(call("home", session), model);
    }

    @Test
    void aSessionRemembersWhoAnsweredAndHowOften() {
        assertThat(sessions.before(call("home", null))).isEqualTo(Continuity.NONE);
        assertThat(before("s")).isEqualTo(Continuity.NEW);

        answered("s", "a/m");
        answered("s", "a/m");
        clock.advance(Duration.ofSeconds(40));
        assertThat(before("s")).isEqualTo(new Continuity("a/m", 2, 2, 0, 40, -1, -1, -1));
        answered("s", "b/m");
        answered("s", "b/m");
        answered("s", "b/m");
        assertThat(before("s")).isEqualTo(new Continuity("b/m", 3, 5, 1, 0, -1, -1, -1));
        answered("s", "a/m");
        assertThat(before("s")).isEqualTo(new Continuity("a/m", 1, 6, 2, 0, -1, -1, -1));
    }

    @Test
    void aCallThatNobodyAnsweredChangesNothingOfThat() {
        answered("s", "a/m");
        clock.advance(Duration.ofSeconds(5));
        sessions.called(call("home", "s"), Context.unspecified());
        assertThat(before("s")).isEqualTo(new Continuity("a/m", 1, 1, 0, 5, -1, -1, -1));
    }

    @Test
    void tenantsHaveNothingInCommon() {
        answered("s", "a/m");
        assertThat(sessions.before(call("office", "s"))).isEqualTo(Continuity.NEW);
        assertThat(sessions.find("office", "s")).isEmpty();
        assertThat(sessions.forget("office", "s")).isFalse();
        assertThat(new SessionName("a", "bc").key()).isNotEqualTo(new SessionName("ab", "c").key());
        assertThat(new SessionName("a", "b").key()).matches("[0-9a-f]{32}");
        assertThat(sessions.find("home", "s")).map(SessionRecord::model).contains("a/m");
    }

    private static Context crisis(CrisisLevel level) {
        return copy(Risk.UNSPECIFIED, Need.UNSPECIFIED, EmotionalState.UNSPECIFIED,
                new Screening(level, Set.of(), List.of(), ""));
    }

    private static Context copy(Risk risk, Need need, EmotionalState emotion, Screening screening) {
        Context plain = Context.unspecified();
        return new Context(need, risk, emotion, plain.ageBand(), plain.privacy(), plain.task(), false, false, false,
                "", "", 0, 0, plain.needs(), false, plain.therapy(), plain.requirements(), -1, plain.traits(),
                screening, java.util.Map.of());
    }

    @Test
    void theGravestCrisisWithinATimeIsKnownAlsoWhenALesserOneCameLater() {
        sessions.called(call("home", "s"), crisis(CrisisLevel.CRITICAL));
        clock.advance(Duration.ofMinutes(50));
        sessions.called(call("home", "s"), crisis(CrisisLevel.HIGH));
        clock.advance(Duration.ofMinutes(5));
        sessions.called(call("home", "s"), crisis(CrisisLevel.LOW));

        Continuity now = before("s");
        assertThat(now).isEqualTo(new Continuity("", 0, 0, 0, -1, 300, 300, 3_300));
        assertThat(now.crisisWithin(3_600)).isEqualTo(CrisisLevel.CRITICAL);
        assertThat(now.crisisWithin(1_800)).isEqualTo(CrisisLevel.HIGH);
        assertThat(now.crisisWithin(300)).isEqualTo(CrisisLevel.HIGH);
        assertThat(now.crisisWithin(299)).isEqualTo(CrisisLevel.NONE);
        assertThat(Continuity.NONE.crisisWithin(Integer.MAX_VALUE)).isEqualTo(CrisisLevel.NONE);
    }

    @ParameterizedTest
    @CsvSource({"NONE, UNSPECIFIED, UNSPECIFIED, UNSPECIFIED, NONE", "LOW, LOW, MINDFULNESS, DISTRESSED, LOW",
            "NONE, MODERATE, UNSPECIFIED, UNSPECIFIED, MODERATE", "MODERATE, HIGH, UNSPECIFIED, UNSPECIFIED, HIGH",
            "NONE, CRITICAL, UNSPECIFIED, UNSPECIFIED, CRITICAL",
            "NONE, UNSPECIFIED, CRISIS_INTERVENTION, UNSPECIFIED, HIGH", "NONE, LOW, UNSPECIFIED, CRISIS, HIGH",
            "CRITICAL, HIGH, UNSPECIFIED, UNSPECIFIED, CRITICAL"})
    void theGraverOfWhatWasFoundAndWhatWasDeclaredCounts(CrisisLevel found, Risk risk, Need need,
            EmotionalState emotion, CrisisLevel counts) {
        assertThat(Gravity.of(copy(risk, need, emotion, new Screening(found, Set.of(), List.of(), ""))))
                .isEqualTo(counts);
    }

    @Test
    void ofTooManySessionsTheOneThatWasCalledLongestAgoMakesRoom() {
        for (String session : List.of("s1", "s2", "s3", "s1", "s4")) {
            answered(session, "a/m");
        }
        assertThat(sessions.count()).isEqualTo(3);
        assertThat(before("s2")).isEqualTo(Continuity.NEW);
        assertThat(List.of("s1", "s3", "s4")).allMatch(session -> before(session).model().equals("a/m"));
    }

    @Test
    void aSessionEndsWhenNobodyCallsForLong() {
        answered("s1", "a/m");
        clock.advance(Duration.ofHours(23));
        answered("s2", "a/m");
        clock.advance(Duration.ofMinutes(61));
        assertThat(before("s1")).isEqualTo(Continuity.NEW);
        assertThat(before("s2").model()).isEqualTo("a/m");
        sessions.save();
        assertThat(sessions.count()).isEqualTo(1);

        clock.advance(Duration.ofDays(2));
        answered("s2", "b/m");
        assertThat(before("s2")).as("begins anew").isEqualTo(new Continuity("b/m", 1, 1, 0, 0, -1, -1, -1));
    }

    @Test
    void aRestartGoesOnWithWhatWasSaved() throws IOException {
        answered("s1", "a/m");
        answered("s2", "b/m");
        sessions.save();
        answered("s1", "c/m");

        sessions = sessions(3);
        assertThat(before("s1").model()).as("a killed process loses what came after").isEqualTo("a/m");
        answered("s1", "c/m");
        sessions.close();
        sessions = sessions(3);
        assertThat(before("s1").model()).isEqualTo("c/m");
        assertThat(before("s2").model()).isEqualTo("b/m");
    }

    @Test
    void nothingIsWrittenWhenNothingChanged() {
        sessions.save();
        answered("s", "a/m");
        sessions.save();
        before("s");
        sessions.save();
        assertThat(shelf.writes).isEqualTo(1);
    }

    @Test
    void whatCantBeWrittenIsTriedAgainAndTold() {
        answered("s1", "a/m");
        answered("s2", "a/m");
        sessions.save();
        shelf.full = true;
        answered("s1", "b/m");
        assertThat(sessions.forget("home", "s2")).isTrue();
        sessions.save();
        assertThat(before("s1").model()).isEqualTo("b/m");
        assertThat(notices).extracting(Notice::code).containsOnly("sessions-not-kept");
        assertThat(notices.getFirst().message()).endsWith("the disk is full");

        shelf.full = false;
        sessions.save();
        assertThat(shelf.kept.values()).extracting(SessionRecord::model).containsExactly("b/m");
    }

    @Test
    void aForgottenSessionBeginsAnew() {
        answered("s", "a/m");
        sessions.save();
        assertThat(sessions.forget("home", "s")).isTrue();
        assertThat(sessions.forget("home", "s")).isFalse();
        assertThat(before("s")).isEqualTo(Continuity.NEW);
        assertThat(shelf.kept).isEmpty();
        answered("s", "b/m");
        sessions.save();
        assertThat(shelf.kept).hasSize(1);
    }

    @Test
    void callsOfASessionWaitUntilTheShelfIsRead() throws Exception {
        answered("s", "a/m");
        sessions.save();
        var slow = new MemoryShelf(false);
        slow.kept.putAll(shelf.kept);
        shelf = slow;
        sessions = sessions(3);
        var asking = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Continuity> waiting = threads.submit(() -> {
                asking.countDown();
                return before("s");
            });
            asking.await();
            assertThat(sessions.before(call("home", null))).as("others do not wait").isEqualTo(Continuity.NONE);
            slow.mayLoad.countDown();
            assertThat(waiting.get().model()).isEqualTo("a/m");
        }
    }

    @Test
    void manyCallersAtOnceLoseNoAnswerAndKeepTheBounds() throws Exception {
        int callers = 8;
        int calls = 500;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = IntStream.range(0, callers).<Future<?>>mapToObj(caller -> threads.submit(() -> {
                var random = new Random(caller);
                for (int i = 0; i < calls; i++) {
                    answered("shared", "a/m" + random.nextInt(2));
                    if (i % 50 == 0) {
                        sessions.save();
                        sessions.called(call("home", "s" + random.nextInt(40)), Context.unspecified());
                    }
                }
            })).toList();
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(before("shared").calls()).isEqualTo(callers * calls);
        assertThat(sessions.count()).isEqualTo(3);
    }
}
