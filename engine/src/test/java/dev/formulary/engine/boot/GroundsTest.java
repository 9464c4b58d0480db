package dev.formulary.engine.boot;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.LedgerSettings;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Ranking;
import dev.formulary.engine.facts.Reason;
import dev.formulary.engine.facts.Situation;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ModelCard;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GroundsTest {
    private static final Candidate CHEAP = model("cheap", 5);
    private static final Candidate GOOD = model("good", 8);
    private static final Candidate FORBIDDEN = model("forbidden", 10);
    private static final Candidate UNKNOWN = model("unknown", -1);

    private static Candidate model(String provider, double quality) {
        return Candidate.of(provider, new ModelCard("m", Set.of(Capability.CHAT), 0, 1, 1, false, Set.of(), quality, -1,
                Map.of()), Candidate.Vitals.UNKNOWN);
    }

    private static Reason says(String rule, String verb, String subject) {
        return new Reason(rule, verb, subject, "", "", 0);
    }

    private static Grounds grounds(String asked, String reference, List<Reason> reasons, Candidate... able) {
        var call = new Call("c", Dialect.OPENAI_CHAT, "http", "home", "", asked, false, Priority.NORMAL, null, false,
                NOON, 1_000);
        var question = new Question(call, Context.unspecified(),
                new Situation(NOON, Host.UNKNOWN, List.of(), 0, 0, Set.of()),
                List.of(UNKNOWN, CHEAP, GOOD, FORBIDDEN));
        List<Ranking> ranking = List.of(able).stream()
                .map(each -> new Ranking(each.id(), true, 0, List.of())).toList();
        return new Grounds(question, new Decision.Allow("c", "hash", new Plan(List.of(able[0]), Map.of(), 0), reasons,
                ranking, List.of(), List.of()), reference);
    }

    @Test
    void theReferenceIsTheBestOfThoseThatMightHaveAnswered() {
        assertThat(grounds("auto", LedgerSettings.BEST_QUALITY, List.of(), CHEAP, GOOD, UNKNOWN).reference())
                .isEqualTo(GOOD);
        assertThat(grounds("auto", LedgerSettings.BEST_QUALITY, List.of(), UNKNOWN).reference()).isNull();
        assertThat(grounds("auto", "forbidden/m", List.of(), CHEAP).reference()).isEqualTo(FORBIDDEN);
        assertThat(grounds("auto", "gone/m", List.of(), CHEAP).reference()).isNull();
    }

    @Test
    void theRuleIsTheOneThatSpokeForTheModel() {
        List<Reason> reasons = List.of(says("free-first", "keep-free", ""), says("other", "prefer", "good/m"),
                says("thrift", "prefer", "cheap/m"), says("later", "prefer", "cheap/m"));

        assertThat(rule("auto", reasons)).isEqualTo("thrift");
        assertThat(rule("auto", reasons.subList(0, 2))).isEqualTo("free-first");
        assertThat(rule("auto", List.of(says("other", "prefer", "good/m")))).isEqualTo("ranking");
        assertThat(rule("auto", List.of(reasons.get(2), says("engine", "stay", "cheap/m")))).isEqualTo("session");
        assertThat(rule("cheap/m", reasons)).isEqualTo("caller");
        assertThat(rule("m", reasons)).isEqualTo("caller");
        assertThat(rule("good/m", reasons)).as("another stands in").isEqualTo("thrift");
    }

    private static String rule(String asked, List<Reason> reasons) {
        return grounds(asked, LedgerSettings.BEST_QUALITY, reasons, CHEAP).rule(CHEAP);
    }

    @Test
    void attemptsAreNumberedAndModelsFound() {
        Grounds grounds = grounds("auto", LedgerSettings.BEST_QUALITY, List.of(), CHEAP);

        assertThat(List.of(grounds.next(), grounds.next())).containsExactly(1, 2);
        assertThat(Objects.requireNonNull(grounds.find("good/m"))).isEqualTo(GOOD);
        assertThat(grounds.find("good/x")).isNull();
    }
}
