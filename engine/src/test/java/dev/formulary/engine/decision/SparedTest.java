package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Rules.candidate;
import static dev.formulary.engine.decision.Rules.named;
import static dev.formulary.engine.decision.Rules.question;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.DecisionDraft;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.store.DecisionJson;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// What `spare` keeps for the end.
class SparedTest {
    private static final Candidate FREE = candidate("home/free", 4, 0);
    private static final Candidate OTHER = candidate("home/other", 3, 0);
    private static final Candidate CHEAP = candidate("cloud/cheap", 5, 1_000_000);
    private static final Candidate GOOD = candidate("cloud/good", 9, 1_000_000);
    private static final Candidate SIMULATED = candidate("sim/echo", 10, 0, "simulated");

    private static Plan plan(Question question, Consumer<DecisionDraft> rule) {
        var draft = new Draft(new RuleInfo("r", "r", "", "because", Kind.LOAD, "load/x.drl", 1));
        rule.accept(draft);
        Decision decision = Verdict.of(question, "hash",
                new Findings(draft.said(), List.of(), List.of(), List.of(), null, Set.of()));
        assertThat(decision).isInstanceOf(Decision.Allow.class);
        return ((Decision.Allow) decision).plan();
    }

    private static List<String> ids(List<Candidate> models) {
        return models.stream().map(Candidate::id).toList();
    }

    @Test
    void theyComeAfterAllOthersTheBestFirst() {
        Plan plan = plan(question(FREE, CHEAP, GOOD), draft -> {
            draft.spare(CHEAP);
            draft.spare(GOOD);
        });
        assertThat(ids(plan.attempts())).containsExactly("home/free");
        assertThat(ids(plan.spared())).containsExactly("cloud/good", "cloud/cheap");
        assertThat(ids(plan.all())).containsExactly("home/free", "cloud/good", "cloud/cheap");
    }

    @Test
    void whereAllAreSparedNoneIs() {
        Plan plan = plan(question(FREE, OTHER), draft -> {
            draft.spare(FREE);
            draft.spare(OTHER);
        });
        assertThat(ids(plan.attempts())).containsExactly("home/free", "home/other");
        assertThat(plan.spared()).isEmpty();
    }

    @Test
    void whatElseKeepsAModelAwayKeepsItAwayFromTheEnd() {
        assertThat(ids(plan(question(FREE, OTHER, CHEAP), draft -> {
            draft.spare(OTHER);
            draft.spare(CHEAP);
            draft.keepFree();
        }).spared())).as("never from free to paid").containsExactly("home/other");
        assertThat(ids(plan(question(FREE, OTHER, SIMULATED), draft -> {
            draft.spare(OTHER);
            draft.spare(SIMULATED);
            draft.lastResort("simulated");
        }).spared())).containsExactly("home/other");
        assertThat(plan(question(FREE, OTHER), draft -> {
            draft.spare(OTHER);
            draft.forbid(OTHER);
        }).spared()).isEmpty();
    }

    @Test
    void aModelThatIsNamedHasNoneBehindItUnlessTheCallerLetsAnotherAnswer() {
        assertThat(plan(named("home/free", false, FREE, GOOD, OTHER), draft -> draft.spare(OTHER)).spared()).isEmpty();
        assertThat(ids(plan(named("home/free", true, FREE, GOOD, OTHER), draft -> draft.spare(OTHER)).spared()))
                .containsExactly("home/other");
    }

    @Test
    void thereAreNoMoreThanAPlanMayHave() {
        var many = new Candidate[12];
        for (int i = 0; i < many.length; i++) {
            many[i] = candidate("p/m" + (char) ('a' + i), 5, 0);
        }
        Plan all = plan(question(many), draft -> {});
        Plan plan = plan(question(many), draft -> List.of(many).subList(2, 12).forEach(draft::spare));
        assertThat(plan.attempts()).hasSize(2);
        assertThat(plan.all()).hasSameSizeAs(all.attempts());
    }

    @Test
    void thePlanSaysSoInItsDocument() {
        Question question = question(FREE, GOOD);
        Plan plan = plan(question, draft -> draft.spare(GOOD));
        var allow = new Decision.Allow("d", "hash", plan, List.of(), List.of(), List.of(), List.of());
        Map<String, Object> json = DecisionJson.of(question, allow, null);
        assertThat(json).containsEntry("attempts", List.of("home/free")).containsEntry("spared", List.of("cloud/good"));
    }
}
