package dev.formulary.engine.session;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.engine.facts.EmotionalState;
import dev.formulary.engine.facts.SessionRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What two nodes know of one session.
class SessionMergeTest {
    private static final List<CrisisLevel> LEVELS = List.of(CrisisLevel.values());

    @Test
    void theLastAnswerAndTheLastSignOfEachCount() {
        SessionRecord begun = SessionRecord.begun("k", NOON);
        SessionRecord one = begun.called(CrisisLevel.HIGH, EmotionalState.CRISIS, NOON.plusSeconds(1))
                .answeredBy("a/b", NOON.plusSeconds(2));
        SessionRecord other = begun.called(CrisisLevel.MODERATE, EmotionalState.UNSPECIFIED, NOON.plusSeconds(5));

        SessionRecord both = other.with(one);

        assertThat(both.model()).isEqualTo("a/b");
        assertThat(both.high()).isEqualTo(NOON.plusSeconds(1));
        assertThat(both.moderate()).isEqualTo(NOON.plusSeconds(5));
        assertThat(both.touched()).isEqualTo(NOON.plusSeconds(5));
        assertThat(both).isEqualTo(one.with(other));
        assertThat(other.sees(one)).isFalse();
        assertThat(one.sees(one.answeredBy("c/d", NOON.plusSeconds(9)))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void inWhichOrderNodesHearOfItDoesNotMatter(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            List<SessionRecord> three = new ArrayList<>();
            for (int j = 0; j < 3; j++) {
                three.add(any(random));
            }
            SessionRecord a = three.get(0).with(three.get(1)).with(three.get(2));
            SessionRecord b = three.get(2).with(three.get(1).with(three.get(0)));

            assertThat(a).isEqualTo(b);
            assertThat(a.with(b)).isEqualTo(a);
        }
    }

    private static SessionRecord any(Random random) {
        SessionRecord record = SessionRecord.begun("k", NOON);
        int calls = random.nextInt(4);
        for (int i = 0; i < calls; i++) {
            // no two calls in the same moment
            record = record.called(LEVELS.get(random.nextInt(LEVELS.size())), EmotionalState.UNSPECIFIED,
                    NOON.plusNanos(random.nextInt(1_000_000_000)));
            record = record.answeredBy(random.nextBoolean() ? "a/b" : "c/d",
                    NOON.plusNanos(random.nextInt(1_000_000_000)));
        }
        return record;
    }
}
