package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.DecisionDraft;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Reaction;
import dev.formulary.engine.facts.Severity;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ModelCard;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a rule may say, and what becomes of it.
class DraftTest {
    private static final Candidate MODEL = Rules.candidate("x/a");

    private final Draft draft = new Draft(Verdicts.rule("engine"));

    private boolean meets(Consumer<DecisionDraft> requirement, Candidate candidate) {
        requirement.accept(draft);
        return ((Said.Require) draft.said().getLast()).test().test(candidate);
    }

    private static Candidate safe(double safety) {
        return Candidate.of("x", new ModelCard("a", Set.of(Capability.CHAT), 0, 0, 0, false, Set.of(), 5, safety,
                Map.of()), Candidate.Vitals.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({"7, 7, true", "7, 6.9, false", "7, 7.1, true", "7, -1, false", "0, 0, true", "0, -1, false"})
    void aModelIsSafeEnoughFromTheNumberOnAndNeverWhenNobodyMeasured(double required, double measured, boolean meets) {
        assertThat(meets(one -> one.requireSafety(required), safe(measured))).isEqualTo(meets);
    }

    @Test
    void aCapabilityALabelAndTheOwnNetworkAreMetByWhoHasThem() {
        Candidate seeing = Rules.candidate("home/a", Set.of(Capability.CHAT, Capability.VISION), 5, 0, 0,
                Candidate.Vitals.UNKNOWN, "crisis");
        assertThat(meets(one -> one.requireCapability(Capability.VISION), seeing)).isTrue();
        assertThat(meets(one -> one.requireCapability(Capability.VISION), MODEL)).isFalse();
        assertThat(meets(one -> one.requireLabel("crisis"), seeing)).isTrue();
        assertThat(meets(one -> one.requireLabel("crisis"), MODEL)).isFalse();
        assertThat(meets(DecisionDraft::requireLocal, seeing)).isTrue();
        assertThat(meets(DecisionDraft::requireLocal, MODEL)).isFalse();
    }

    @Test
    void eachSayingNamesItsRuleAndOneThatFailedIsTakenBackAlone() {
        draft.begin(Verdicts.rule("one"));
        draft.forbid(MODEL);
        draft.begin(Verdicts.rule("two"));
        draft.keepFree();
        draft.pin();
        assertThat(draft.said()).extracting(said -> said.rule().id()).containsExactly("one", "two", "two");
        draft.takeBack();
        assertThat(draft.said()).singleElement().satisfies(said -> {
            assertThat(said.rule().id()).isEqualTo("one");
            assertThat(said.subject()).isEqualTo("x/a");
        });
        assertThat(draft.speaker().id()).isEqualTo("two");
    }

    @Test
    void whatARuleGivesNoValueToIsRefusedByName() {
        Map<String, Consumer<DecisionDraft>> nothing = Map.ofEntries(
                Map.entry("forbid takes a candidate", one -> one.forbid(none())),
                Map.entry("requireLabel takes a word", one -> one.requireLabel(none())),
                Map.entry("requireCapability takes a capability", one -> one.requireCapability(none())),
                Map.entry("lastResort takes a word", one -> one.lastResort(none())),
                Map.entry("spare takes a candidate", one -> one.spare(none())),
                Map.entry("prefer takes a candidate", one -> one.prefer(none(), 1)),
                Map.entry("avoid takes a candidate", one -> one.avoid(none(), 1)),
                Map.entry("weigh takes a term", one -> one.weigh(none(), 1)),
                Map.entry("set takes a parameter", one -> one.set(none(), 1)),
                Map.entry("cap takes a parameter", one -> one.cap(none(), 1)),
                Map.entry("queue takes a priority", one -> one.queue(none())),
                Map.entry("deny takes a message", one -> one.deny(none())),
                Map.entry("alert takes a severity", one -> one.alert(none(), "code", "text")),
                Map.entry("alert takes a word", one -> one.alert(Severity.INFO, none(), "text")),
                Map.entry("alert takes a message", one -> one.alert(Severity.INFO, "code", none())));
        nothing.forEach((message, saying) -> assertThatThrownBy(() -> saying.accept(draft))
                .isInstanceOf(IllegalArgumentException.class).hasMessage(message + ", and was given nothing"));
        assertThat(draft.said()).isEmpty();
    }

    /// As a rule gives nothing: the compiler of rules knows no nullness.
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T none() {
        return null;
    }

    @Test
    void wordsAreRefusedWhenTheyAreTooLongAndMessagesAreCut() {
        draft.requireLabel("w".repeat(80));
        assertThatThrownBy(() -> draft.lastResort("w".repeat(81)))
                .hasMessage("lastResort takes a word of at most 80 characters, not one of 81");
        draft.deny("m".repeat(500));
        draft.alert(Severity.INFO, "code", "m".repeat(501));
        assertThat(draft.said()).hasSize(3);
        assertThat(((Said.DenyCall) draft.said().get(1)).message()).isEqualTo("m".repeat(500));
        assertThat(((Said.Alert) draft.said().getLast()).message()).isEqualTo("m".repeat(500) + "…");
    }

    @Test
    void whatARuleCanNotSayOfAFailureIsToldWithWhatItCould() {
        assertThatThrownBy(() -> draft.onFailure(FailureClass.AUTH, Reaction.RETRY)).hasMessage(
                "onFailure takes for FailureClass.AUTH Reaction.NEXT or Reaction.STOP, as the same model would say the same "
                        + "again; not Reaction.RETRY");
        assertThatThrownBy(() -> draft.onFailure(FailureClass.REFUSED, Reaction.NEXT)).hasMessage(
                "onFailure takes for FailureClass.REFUSED nothing, it is always STOP; not Reaction.NEXT");
        draft.onFailure(FailureClass.AUTH, Reaction.STOP);
        assertThat(draft.said()).singleElement().extracting(Said::subject).isEqualTo("AUTH=STOP");
    }

    @Test
    void whatIsAvoidedLosesWhatIsPreferredGains() {
        draft.prefer(MODEL, 3);
        draft.avoid(MODEL, 3);
        draft.prefer(MODEL, 0);
        assertThat(draft.said()).extracting(Said::verb).containsExactly("prefer", "avoid", "prefer");
        assertThat(draft.said()).extracting(said -> ((Said.Points) said).points()).startsWith(3.0, -3.0);
    }
}
