package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.formulary.engine.facts.AgeBand;
import dev.formulary.engine.facts.Approach;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.engine.facts.CrisisType;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Difficulty;
import dev.formulary.engine.facts.EmotionalState;
import dev.formulary.engine.facts.Gpu;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Intervention;
import dev.formulary.engine.facts.Modality;
import dev.formulary.engine.facts.Need;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Privacy;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Requirements;
import dev.formulary.engine.facts.Risk;
import dev.formulary.engine.facts.Screening;
import dev.formulary.engine.facts.SensitiveKind;
import dev.formulary.engine.facts.SessionState;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.facts.Task;
import dev.formulary.engine.facts.Therapy;
import dev.formulary.engine.facts.Traits;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ModelCard;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each word that a scenario may say, and what holds where it says nothing.
class ScenarioWorldTest {
    private static Question question(String scenario) {
        var problems = new ArrayList<Problem>();
        List<Scenario> read = ScenarioReader.read("s.yaml", "scenarios:\n  - name: one\n" + scenario.indent(4),
                problems);
        assertThat(problems).isEmpty();
        return read.getFirst().question();
    }

    @Test
    void whereNothingIsSaidItIsNoonOnAQuietMachineAndTheCallIsPlain() {
        Instant noon = Instant.parse("2026-01-01T12:00:00Z");
        Question plain = question("");
        assertThat(plain.call()).isEqualTo(new Call("scenario", Dialect.OPENAI_CHAT, "http", "default", "", "auto",
                false, Priority.NORMAL, null, false, noon, 60_000));
        assertThat(plain.context()).isEqualTo(new Context(Need.UNSPECIFIED, Risk.UNSPECIFIED,
                EmotionalState.UNSPECIFIED, AgeBand.UNSPECIFIED, Privacy.UNSPECIFIED, Task.UNSPECIFIED, false, false,
                false, "", "", 100, 0, Set.of(Capability.CHAT), false, Map.of()));
        assertThat(plain.situation()).isEqualTo(new Situation(noon, new Host(0.1, 0.3, 8L << 30, 0.3, 4), List.of(), 0,
                0, Set.of()));
        assertThat(plain.continuity()).isEqualTo(Continuity.NONE);
        assertThat(plain.candidates()).extracting(Candidate::id, Candidate::local, Candidate::free)
                .containsExactly(model("local/small", true, true), model("cloud/free", false, true),
                        model("cloud/large", false, false));
        assertThat(plain.candidates().getLast().card().inputPrice()).isEqualTo(2_500_000);
        assertThat(ScenarioWorld.questions()).containsExactly(plain);
    }

    private static Tuple model(String id, boolean local, boolean free) {
        return tuple(id, local, free);
    }

    @Test
    void whatIsSaidOfTheCallReachesIt() {
        assertThat(question(
                """
                    situation: {at: "23:15:30"}
                    call: {id: c-1, dialect: ollama-chat, via: mqtt, tenant: alice, key: phone, model: x/a, substitute: true, priority: urgent,
                      session: s-1, stream: true, deadlineMs: 1500, tag: night}
                    """)
                .call()).isEqualTo(new Call("c-1", Dialect.OLLAMA_CHAT, "mqtt", "alice", "phone", "x/a", true,
                        Priority.URGENT, "s-1", true, Instant.parse("2026-01-01T23:15:30Z"), 1_500, null,
                        Set.of(), List.of(), "night"));
    }

    @Test
    void whatIsSaidOfTheContextReachesIt() {
        assertThat(question(
                """
                    context:
                      {need: trauma-informed, risk: high, emotion: anxious, ageBand: teen, privacy: local, task: world_building,
                      consent: true, clinician: true, paidAllowed: true, zone: study, language: de, promptTokens: 7, maxTokens: 9,
                      needs: [chat, vision], deterministic: true, approach: cbt, difficulty: gentle, sessionState: paused,
                      intervention: human-oversight, crisis: self-harm, maxLatencyMs: 900, minQuality: 6.5, minSafety: 7.5,
                      maxCost: 0.25, minContextTokens: 4000, balance: 0.75, modalities: [text, image], complexity: 3.5,
                      sensitive: [email], detectedLanguage: fr, crisisLevel: moderate, crisisTypes: [panic-attack],
                      crisisSigns: ["en-panic:plain"], words: {team: blue}}
                    """)
                .context()).isEqualTo(new Context(Need.TRAUMA_INFORMED, Risk.HIGH, EmotionalState.ANXIOUS,
                        AgeBand.TEEN, Privacy.LOCAL, Task.WORLD_BUILDING, true, true, true, "study", "de", 7, 9,
                        Set.of(Capability.CHAT, Capability.VISION), true,
                        new Therapy(Approach.CBT, Difficulty.GENTLE, SessionState.PAUSED, Intervention.HUMAN_OVERSIGHT,
                                CrisisType.SELF_HARM),
                        new Requirements(900, 6.5, 7.5, 250_000, 4_000), 0.75,
                        new Traits(Set.of(Modality.TEXT, Modality.IMAGE), 3.5, Set.of(SensitiveKind.EMAIL), "fr"),
                        new Screening(CrisisLevel.MODERATE, Set.of(CrisisType.PANIC_ATTACK), List.of("en-panic:plain"),
                                ""),
                        Map.of("team", "blue"), Map.of()));
    }

    @Test
    void nothingMayBeTheMostThatAnAnswerCosts() {
        assertThat(question("context: {maxCost: 0}").context().requirements().maxCostMicros()).isZero();
    }

    @Test
    void whatIsSaidOfTheSituationReachesIt() {
        assertThat(question("""
            situation:
              {at: "2026-03-04T05:06:07+01:00", cpu: 0.9, memory: 0.8, memoryFree: 5000000000, disk: 0.7, cores: 2,
              gpu: 0.6, gpuMemory: 0.5, inFlight: 3, waiting: 4, openAlerts: [hot],
              budgets: [{id: day, scope: "tenant:alice", spent: 1, reserved: 2, limit: 3, resetsAt: +90s, hard: false,
                         outlook: {hours: 4, hoursLow: 3, end: 9, endHigh: 10}}]}
            """).situation()).isEqualTo(new Situation(Instant.parse("2026-03-04T04:06:07Z"),
                new Host(0.9, 0.8, 5_000_000_000L, 0.7, 2, List.of(new Gpu("gpu", -1, 0.5, 0.6))),
                List.of(new Budget("day", "tenant:alice", 1, 2, 3, Instant.parse("2026-03-04T04:07:37Z"), false, 0.95,
                        new Budget.Outlook(4, 3, 4, 9, 9, 10))),
                3, 4,
                Set.of("hot")));
        assertThat(question("situation: {budgets: [{}]}").situation().budgets()).containsExactly(
                new Budget("budget", "total", 0, 0, 100, Instant.parse("2026-01-01T13:00:00Z")));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
        gpu: 0,       0,  -1
        gpuMemory: 0, -1, 0
        """)
    void ofAGraphicsCardOneNumberIsEnoughAndItMayBeIdle(String said, double busy, double memory) {
        assertThat(question("situation: {" + said + "}").situation().host().gpus())
                .containsExactly(new Gpu("gpu", -1, memory, busy));
    }

    @Test
    void whatIsSaidOfACandidateReachesIt() {
        assertThat(question(
                """
                    candidates:
                      - {id: x/a, capabilities: [chat, tools], context: 8000, inputPrice: 10, outputPrice: 20, local: true, labels: [crisis],
                        quality: 6.5, safety: 7.5, breaker: open, errorRate: 0.25, calls: 40, firstByteMs: 300, latencyMs: 900, inFlight: 2,
                        limitLeft: 5}
                      - {id: x/b/c, price: 30, outputPrice: 40}
                      - {id: x/d}
                    """)
                .candidates()).containsExactly(
                        Candidate.of("x",
                                new ModelCard("a", Set.of(Capability.CHAT, Capability.TOOLS), 8_000, 10, 20, true,
                                        Set.of("crisis"), 6.5, 7.5, Map.of()),
                                new Candidate.Vitals(BreakerState.OPEN, 0.25, 40, 300, 900, 2, 5)),
                        Candidate.of("x",
                                new ModelCard("b/c", Set.of(Capability.CHAT), 0, 30, 40, false, Set.of(), -1, -1,
                                        Map.of()),
                                Candidate.Vitals.UNKNOWN),
                        Candidate.of("x", ModelCard.of("d"), Candidate.Vitals.UNKNOWN));
    }

    @Test
    void whoAnsweredBeforeAnsweredOnceAMinuteAgoUnlessMoreIsSaid() {
        assertThat(question("session: {model: x/a}").continuity())
                .isEqualTo(new Continuity("x/a", 1, 1, 0, 60, -1, -1, -1));
        assertThat(question("session: {switches: 2}").continuity())
                .isEqualTo(new Continuity("", 0, 0, 2, -1, -1, -1, -1));
        assertThat(question("session: {highSeconds: 30, idleSeconds: 4}").continuity())
                .isEqualTo(new Continuity("", 0, 0, 0, 4, 30, 30, -1));
    }
}
