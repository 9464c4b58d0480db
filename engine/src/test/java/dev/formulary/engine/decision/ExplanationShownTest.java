package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.decision.Explanation.Attempt;
import dev.formulary.engine.decision.Explanation.Claim;
import dev.formulary.engine.decision.Explanation.Fact;
import dev.formulary.engine.decision.Explanation.Fired;
import dev.formulary.engine.decision.Explanation.Flip;
import dev.formulary.engine.decision.Explanation.Given;
import dev.formulary.engine.decision.Explanation.Held;
import dev.formulary.engine.decision.Explanation.Obstacle;
import dev.formulary.engine.decision.Explanation.Rated;
import dev.formulary.engine.decision.Explanation.Reacts;
import dev.formulary.engine.decision.Explanation.Shares;
import dev.formulary.engine.decision.Explanation.WhyNot;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Reaction;
import dev.formulary.engine.facts.Severity;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What a person reads of an explanation, in a terminal and as a flowchart, to the letter.
class ExplanationShownTest {
    static final Fact RISK = new Fact("Context", "risk", "HIGH");
    static final Fact CPU = new Fact("Host", "cpu", "0.9");
    static final Fired CRISIS = new Fired("crisis", "crisis", "", "people in danger need a fit model", "context/a.drl",
            3, List.of(RISK), List.of("exists Budget( exhausted )"), List.of("require crisis", "cap TOP_P=0.5", "pin"));
    static final Fired CHEAP = new Fired("cheap", "cheap", "", "it is cheap", "cost/b.drl", 7, List.of(CPU), List.of(),
            List.of("prefer home/a"));
    static final Rated FIRST = new Rated("home/a", 1, 0.7504, null, new Shares(0.3, 0.2, 0.1, 0.1, 0.05), List.of(),
            List.of(new Given("cheap", 5, "cost/b.drl", 7)), true, "");
    static final Rated SECOND = new Rated("cloud/b", 2, 0.46, null, new Shares(0.2, 0.1, 0.1, 0.1, -0.04), List.of(),
            List.of(new Given("cheap", -4, "cost/b.drl", 7)), false, "home/a");
    static final Rated OUT = new Rated("cloud/c", 0, 0, null, null,
            List.of(new Obstacle("crisis", "require crisis", "people in danger need a fit model", "context/a.drl", 3)),
            List.of());
    static final Rated UNASKED = new Rated("cloud/d", 0, 0, null, null, List.of(), List.of());

    static Explanation explanation(List<Fact> facts, List<Fired> fired, List<Rated> candidates) {
        return new Explanation("d-1", "abc", "allow", "home/a", "", facts, fired, candidates,
                new Shares(0.4, 0.25, 0.2, 0.15, 0),
                List.of(new Held(Parameter.MAX_TOKENS, 300.0, 800.0,
                        List.of(new Claim("long", "set", 500, false, "cost/c.drl", 1),
                                new Claim("short", "set", 300, true, "cost/c.drl", 9))),
                        new Held(Parameter.TEMPERATURE, null, 1.0, List.of())),
                List.of(new Reacts(FailureClass.CUT, Reaction.RETRY, "again", false, "load/f.drl", 2),
                        new Reacts(FailureClass.CUT, Reaction.STOP, "once", true, "load/f.drl", 8)),
                List.of(new Attempt("home/a", false, FailureClass.SERVER, 12), new Attempt("cloud/b", true, null, 340)),
                List.of(new Notice("told", Severity.WARNING, "hot", "it is hot")), List.of("conflict: two"),
                List.of(new WhyNot("cloud/b", List.of("its score is lower"),
                        new Flip("price", "2", "1", "if it were cheaper"),
                        List.of(new Flip("model", "", "", "if it were asked for")), true),
                        new WhyNot("cloud/c", List.of("it is not fit"), null, List.of(), true),
                        new WhyNot("cloud/d", List.of("it was not asked"), null, List.of(), false)),
                List.of("a note"), 5);
    }

    static Explanation all() {
        return explanation(List.of(RISK, CPU), List.of(CRISIS, CHEAP, CHEAP), List.of(FIRST, SECOND, OUT, UNASKED));
    }

    static Explanation denied() {
        return new Explanation("d-2", "abc", "denied_by_policy", "", "not\nnow", List.of(), List.of(), List.of(UNASKED),
                null, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), 1);
    }

    @Test
    void theTextSaysEachThingOnALineOfItsOwn() {
        assertThat(all().text()).isEqualTo("""
            decision  d-1
            note      a note
            allowed   home/a
            fired     crisis at context/a.drl:3: people in danger need a fit model
                      because Context.risk = HIGH
                      and exists Budget( exhausted )
                      says require crisis
                      says cap TOP_P=0.5
                      says pin
            fired     cheap at cost/b.drl:7: it is cheap
                      because Host.cpu = 0.9
                      says prefer home/a
            fired     cheap at cost/b.drl:7: it is cheap
                      because Host.cpu = 0.9
                      says prefer home/a
            rank 1    home/a with 0.750 = quality 0.300 + cost 0.200 + latency 0.100 + load 0.100 +0.050 points
                      on the Pareto front
                      cheap at cost/b.drl:7 gives 5 points
            rank 2    cloud/b with 0.460 = quality 0.200 + cost 0.100 + latency 0.100 + load 0.100 -0.040 points
                      dominated by home/a
                      cheap at cost/b.drl:7 takes 4 points
            out       cloud/c
                      crisis at context/a.drl:3 says require crisis: people in danger need a fit model
            not asked cloud/d
            weights   quality 40 %, cost 25 %, latency 20 %, load 15 %
            limit     max_tokens is 300 at most 800
                      long at cost/c.drl:1 says set 500, which yields
                      short at cost/c.drl:9 says set 300, which holds
            limit     temperature at most 1
            failure   cut means retry, says again at load/f.drl:2, which yields
            failure   cut means stop, says once at load/f.drl:8, which holds
            tried     home/a failed (server) in 12 ms
            tried     cloud/b answered in 340 ms
            alert     warning hot by told: it is hot
            problem   conflict: two
            why not   cloud/b
                      its score is lower
                      it would be the choice if it were cheaper
                      also if it were asked for
            why not   cloud/c
                      it is not fit
                      no single fact would change it
            why not   cloud/d
                      it was not asked
                      the search for a change ended early
            rules     abc""");
        assertThat(denied().text()).isEqualTo("""
            decision  d-2
            denied    denied_by_policy: not now
            not asked cloud/d
            rules     abc""");
    }

    @Test
    void theFlowchartHasANodeForEachThingAndAnArrowForEachReason() {
        assertThat(all().mermaid()).isEqualTo("""
            flowchart LR
              subgraph facts["what the call is like"]
                f0["Context.risk = HIGH"]
                f1["Host.cpu = 0.9"]
              end
              subgraph rules["rules that fired"]
                r2["crisis<br/>require crisis#59; cap TOP_P=0.5#59; pin<br/>context/a.drl:3"]:::rule
                r3["cheap<br/>prefer home/a<br/>cost/b.drl:7"]:::rule
              end
              subgraph models["models"]
                m4(["home/a<br/>rank 1, score 0.750<br/>on the Pareto front"]):::chosen
                m5(["cloud/b<br/>rank 2, score 0.460<br/>dominated by home/a"]):::ranked
                m6(["cloud/c<br/>out: people in danger need a fit model"]):::out
                m7(["cloud/d<br/>not asked"]):::out
              end
                e8{{"answered by home/a"}}:::chosen
              f0 --> r2
              f1 --> r3
              r3 -- 5 points --> m4
              r3 -- -4 points --> m5
              r2 -. "require crisis" .-> m6
              m4 ==> e8
              classDef chosen stroke:#1a7f37,stroke-width:3px
              classDef out stroke:#c62828,stroke-dasharray:4 3
              classDef ranked stroke:#57606a
              classDef rule stroke:#0969da
            """);
        assertThat(denied().mermaid()).contains("nothing that a rule looked at",
                "{{\"denied: denied_by_policy\"}}:::out\n").doesNotContain("==>");
    }

    @Test
    void aFlowchartStaysSmallAndItsLinesShort() {
        List<Fact> facts = IntStream.range(0, 40).mapToObj(i -> new Fact("Host", "f" + i, "x".repeat(i == 0 ? 200 : 1)))
                .toList();
        List<Rated> models = IntStream.range(0, 40).mapToObj(i -> new Rated("x/" + i, i + 1, 0.5, null, null,
                List.of(), List.of())).toList();
        String chart = explanation(facts, List.of(CHEAP), models).mermaid();
        assertThat(chart.lines().filter(line -> line.matches("    f\\d+.*"))).hasSize(24);
        assertThat(chart.lines().filter(line -> line.matches("    m\\d+.*"))).hasSize(24);
        assertThat(chart).contains("Host.f0 = " + "x".repeat(80) + "…\"");
    }
}
