package dev.formulary.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.CallGroup;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Outcome.Status;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.store.CallGroups.By;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallGroupsTest {
    private static final Instant FROM = Decisions.NOON.minusSeconds(60);
    private static final Instant TO = Decisions.NOON.plusSeconds(60);
    private static final String QUICK = "home/quick";
    private static final String SLOW = "cloud/slow";

    @TempDir
    Path folder;
    private int calls;

    private void keep(DecisionWriter writer, Instant at, String rules, Set<String> labels, Status status, long ms,
            long micros, Tried... attempts) {
        String id = "c" + ++calls;
        var call = new Call(id, Dialect.OPENAI_CHAT, "http", "home", "key", "auto", true, Priority.NORMAL, null, false,
                at, 60_000, null, labels, List.of());
        Context context = Decisions.context();
        writer.decided(new Question(call, context, Decisions.SITUATION, List.of()),
                new Decision.Deny(id, rules, "", "", List.of(), List.of(), List.of(), List.of()));
        writer.completed(id, new Outcome(status, List.of(attempts), Usage.of(10, 10), micros, ms, 5));
    }

    private static Tried tried(String model, long ms) {
        return new Tried(model, null, "", ms);
    }

    private static Tried failed(String model) {
        return new Tried(model, FailureCategory.TIMEOUT, "too late", 5_000);
    }

    private void fill() {
        try (DecisionWriter writer = new Logbook(folder).writer()) {
            Instant now = Decisions.NOON;
            keep(writer, now, "aaa111", Set.of("kitchen"), Status.ANSWERED, 120, 40, tried(QUICK, 100));
            keep(writer, now, "aaa111", Set.of(), Status.ANSWERED, 5_900, 60, failed(SLOW), tried(QUICK, 800));
            keep(writer, now, "bbb222", Set.of("garden"), Status.ANSWERED, 900, -1, tried(SLOW, 890));
            keep(writer, now, "bbb222", Set.of("kitchen"), Status.CACHED, 3, 0);
            keep(writer, now, "bbb222", Set.of(), Status.FAILED, 5_000, 0, failed(SLOW));
            keep(writer, now, "bbb222", Set.of("garden"), Status.CLIENT_GONE, 10, 0);
            keep(writer, now, "bbb222", Set.of("garden"), Status.DENIED, 1, 0);
            keep(writer, now.minus(Duration.ofDays(1)), "bbb222", Set.of("garden"), Status.FAILED, 1, 0, failed(SLOW));
        }
    }

    private CallGroups.Pair read(By by, String a, String b) throws Exception {
        try (DecisionReader reader = new DecisionReader(folder, folder)) {
            return CallGroups.read(reader, by, a, b, FROM, TO, 1_000);
        }
    }

    @Test
    void byModelEachAttemptCounts() throws Exception {
        fill();
        CallGroups.Pair found = read(By.MODEL, QUICK, SLOW);

        assertThat(found.a().calls()).isEqualTo(2);
        assertThat(found.a().failed()).isZero();
        assertThat(found.a().latencyMs()).containsExactly(100, 800);
        assertThat(found.a().costMicros()).containsExactly(40, 60);
        assertThat(found.b().calls()).isEqualTo(3);
        assertThat(found.b().failed()).isEqualTo(2);
        assertThat(found.b().latencyMs()).containsExactly(890);
        assertThat(found.b().costMicros()).as("a price that nobody knows").isEmpty();
        assertThat(found.b().promptTokens()).containsExactly(120, 120, 120);
    }

    @Test
    void byRulesACallIsACallHoweverItWasAnswered() throws Exception {
        fill();
        CallGroups.Pair found = read(By.RULES, "aaa", "bbb222");

        assertThat(found.a().latencyMs()).containsExactly(120, 5_900);
        assertThat(found.b().calls()).isEqualTo(3);
        assertThat(found.b().failed()).isEqualTo(1);
        assertThat(found.b().latencyMs()).containsExactly(900, 3);
        assertThat(found.b().costMicros()).containsExactly(0);
    }

    @Test
    void byTagTheLabelsOfTheKeyCount() throws Exception {
        fill();
        CallGroups.Pair found = read(By.TAG, "kitchen", "garden");

        assertThat(found.a().calls()).isEqualTo(2);
        assertThat(found.b().calls()).isEqualTo(1);
    }

    @Test
    void onlyTheLatestAreLookedAt() throws Exception {
        fill();
        try (DecisionReader reader = new DecisionReader(folder, folder)) {
            CallGroup slow = CallGroups.read(reader, By.MODEL, SLOW, QUICK, Instant.MIN, Instant.MAX, 1).a();

            assertThat(slow.calls()).isEqualTo(1);
        }
    }

    @Test
    void oneAndTheSameIsNotCompared() throws Exception {
        fill();
        assertThatIllegalArgumentException().isThrownBy(() -> read(By.MODEL, SLOW, SLOW))
                .withMessageContaining("two different ones");
        assertThatIllegalArgumentException().isThrownBy(() -> read(By.MODEL, SLOW, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> By.of("moon"))
                .withMessage("'by' must be one of model, rules, tag");
    }
}
