package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.FailureClass;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class ProbationTest {
    private static final Set<String> BOTH = Set.of("first", "second");
    private final AtomicLong clock = new AtomicLong(-5);
    private final Probation probation = new Probation(clock::get);

    private void answers(String provider) {
        clock.addAndGet(10);
        probation.ended(provider, null, 1);
    }

    private void fails(String provider, FailureClass failure, int times) {
        for (int i = 0; i < times; i++) {
            clock.addAndGet(10);
            probation.ended(provider, failure, 1);
        }
    }

    private void changed(String... concerned) {
        clock.addAndGet(10);
        probation.changed(Set.of(concerned), BOTH);
    }

    @ParameterizedTest
    @EnumSource(value = FailureClass.class, names = {"AUTH", "CONFIGURATION", "CONNECT", "DNS", "TLS", "UNKNOWN_MODEL"})
    void fiveFailuresThatAConfigurationCausesConvictWhoHadAnswered(FailureClass cause) {
        answers("first");
        changed("first");
        assertThat(probation.open()).containsExactly("first");
        fails("first", cause, Probation.ATTEMPTS - 1);
        assertThat(probation.verdict()).isEmpty();
        fails("first", cause, 1);
        assertThat(probation.verdict()).contains(new Probation.Convicted("first", cause));
    }

    @ParameterizedTest
    @EnumSource(value = FailureClass.class, mode = Mode.EXCLUDE, names = {"AUTH", "CONFIGURATION", "CONNECT", "DNS",
            "TLS",
            "UNKNOWN_MODEL"})
    void otherFailuresSayNothingOfTheConfiguration(FailureClass other) {
        answers("first");
        changed("first");
        fails("first", other, 50);
        assertThat(probation.verdict()).isEmpty();
        assertThat(probation.open()).containsExactly("first");
        fails("first", FailureClass.AUTH, Probation.ATTEMPTS);
        assertThat(probation.verdict()).isPresent();
    }

    @Test
    void oneAnswerAcquits() {
        answers("first");
        changed("first");
        fails("first", FailureClass.AUTH, Probation.ATTEMPTS - 1);
        answers("first");
        assertThat(probation.open()).isEmpty();
        fails("first", FailureClass.AUTH, 50);
        assertThat(probation.verdict()).isEmpty();
    }

    @Test
    void whoHadNeverAnsweredIsNotOnProbation() {
        changed("first");
        fails("first", FailureClass.AUTH, 50);
        assertThat(probation.open()).isEmpty();
        assertThat(probation.verdict()).isEmpty();
    }

    @Test
    void theOthersFailAsTheyLike() {
        answers("first");
        answers("second");
        changed("first");
        fails("second", FailureClass.AUTH, 50);
        assertThat(probation.verdict()).isEmpty();
    }

    @Test
    void attemptsThatBeganBeforeTheChangeDoNotCount() {
        answers("first");
        changed("first");
        for (int i = 0; i < 50; i++) {
            clock.incrementAndGet();
            probation.ended("first", FailureClass.AUTH, 60);
        }
        probation.ended("first", null, 1_000);
        assertThat(probation.verdict()).isEmpty();
        assertThat(probation.open()).containsExactly("first");
    }

    @Test
    void aSecondChangeBeginsAnewAndStillNeedsAnAnswer() {
        answers("first");
        changed("first");
        fails("first", FailureClass.AUTH, Probation.ATTEMPTS - 1);
        changed("first");
        fails("first", FailureClass.AUTH, Probation.ATTEMPTS - 1);
        assertThat(probation.verdict()).isEmpty();
        fails("first", FailureClass.AUTH, 1);
        assertThat(probation.verdict()).isPresent();
    }

    @Test
    void afterTheReturnTheNextChangeIsOnProbationAgain() {
        answers("first");
        changed("first");
        fails("first", FailureClass.DNS, Probation.ATTEMPTS);
        clock.addAndGet(10);
        probation.returned();
        assertThat(probation.verdict()).isEmpty();
        assertThat(probation.open()).isEmpty();
        changed("first");
        assertThat(probation.open()).containsExactly("first");
    }

    @Test
    void whoIsGoneIsForgotten() {
        answers("first");
        answers("second");
        changed("second");
        clock.addAndGet(10);
        probation.changed(Set.of(), Set.of("first"));
        assertThat(probation.open()).isEmpty();
        changed("second");
        assertThat(probation.open()).isEmpty();
    }
}
