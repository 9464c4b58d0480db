package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Verdicts.context;
import static dev.formulary.engine.decision.Verdicts.denied;
import static dev.formulary.engine.decision.Verdicts.in;
import static dev.formulary.engine.decision.Verdicts.tried;
import static dev.formulary.engine.decision.Verdicts.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Reason;
import dev.formulary.engine.facts.Requirements;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ModelCard;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NeedsTest {
    /// Of everything exactly as much as is required below.
    private static final Candidate ENOUGH = model("x/enough", 7, 8, 2_000, 1_000_000, 4_096);
    private static final Candidate UNKNOWN = model("x/unknown", -1, -1, -1, -1, 0);
    private static final Candidate SHORT = model("x/short", 6.9, 7.9, 2_001, 1_500_000, 4_095);
    private static final Requirements NONE = Requirements.NONE;

    /// @param price micro-dollars of a million tokens; the call takes 600
    private static Candidate model(String id, double quality, double safety, int latencyMs, long price, int window) {
        int slash = id.indexOf('/');
        var card = new ModelCard(id.substring(slash + 1), Set.of(Capability.CHAT), window, price, price, false,
                Set.of(),
                quality, safety, Map.of());
        return Candidate.of(id.substring(0, slash), card,
                new Candidate.Vitals(BreakerState.CLOSED, -1, 0, -1, latencyMs, 0, -1));
    }

    private static Question requiring(Requirements requirements) {
        return in(context(-1, false, 0, requirements), ENOUGH, UNKNOWN, SHORT);
    }

    static Stream<Arguments> requirements() {
        return Stream.of(
                Arguments.of(new Requirements(2_000, -1, -1, -1, -1),
                        "the caller requires an answer within 2000 ms, the model's is 2001 ms",
                        "the caller requires an answer within 2000 ms, the model's is unknown"),
                Arguments.of(new Requirements(-1, 7, -1, -1, -1),
                        "the caller requires a quality of at least 7.0, the model's is 6.9",
                        "the caller requires a quality of at least 7.0, the model's is unmeasured"),
                Arguments.of(new Requirements(-1, -1, 8, -1, -1),
                        "the caller requires a safety of at least 8.0, the model's is 7.9",
                        "the caller requires a safety of at least 8.0, the model's is unmeasured"),
                Arguments.of(new Requirements(-1, -1, -1, 600, -1),
                        "the caller requires an answer for at most 600 micro-dollars, the model's is 900 micro-dollars",
                        "the caller requires an answer for at most 600 micro-dollars, the model's is unknown"),
                Arguments.of(new Requirements(-1, -1, -1, -1, 4_096),
                        "the caller requires room for 4096 tokens, the model has 4095",
                        "the caller requires room for 4096 tokens, the model has an unknown number"));
    }

    @ParameterizedTest
    @MethodSource("requirements")
    void whatTheCallerRequiresIsAHardLimitAndUnknownMeetsNone(Requirements required, String tooLittle,
            String unknown) {
        Decision decision = verdict(requiring(required), draft -> {
            draft.prefer(SHORT, 100);
            draft.prefer(UNKNOWN, 100);
        });
        assertThat(tried(decision)).containsExactly("x/enough");
        assertThat(decision.reasons()).contains(new Reason("engine", "forbid", "x/short", tooLittle, "", 0),
                new Reason("engine", "forbid", "x/unknown", unknown, "", 0));
    }

    @Test
    void everyRequirementThatIsNotMetIsNamed() {
        Decision decision = verdict(requiring(new Requirements(2_000, 7, 8, 600, 4_096)), _ -> {});
        assertThat(tried(decision)).containsExactly("x/enough");
        assertThat(decision.reasons()).filteredOn(reason -> reason.subject().equals("x/short")).hasSize(5);
    }

    @Test
    void zeroIsARequirementToo() {
        assertThat(tried(verdict(requiring(new Requirements(-1, 0, 0, -1, 0)), _ -> {})))
                .containsExactlyInAnyOrder("x/enough", "x/short");
        assertThat(denied(verdict(requiring(new Requirements(-1, -1, -1, 0, -1)), _ -> {})))
                .startsWith("no_model_allowed: no model may answer: the caller requires an answer for at most 0");
    }

    @Test
    void withoutRequirementsNothingIsRequired() {
        assertThat(tried(verdict(requiring(NONE), _ -> {}))).hasSize(3);
    }

    @Test
    void aNamedModelThatDoesNotMeetThemIsRefusedWithTheReason() {
        var question = new Question(Rules.call("x/short", false),
                context(-1, false, 0, new Requirements(-1, 7, -1, -1, -1)), Rules.situation(),
                List.of(ENOUGH, SHORT));
        assertThat(denied(verdict(question, _ -> {}))).isEqualTo("model_forbidden: the model 'x/short' may not answer: "
                + "the caller requires a quality of at least 7.0, the model's is 6.9");
    }
}
