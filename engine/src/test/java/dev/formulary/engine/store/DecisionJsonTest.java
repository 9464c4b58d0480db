package dev.formulary.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.facts.Approach;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.engine.facts.CrisisType;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Difficulty;
import dev.formulary.engine.facts.EmotionalState;
import dev.formulary.engine.facts.Intervention;
import dev.formulary.engine.facts.Measure;
import dev.formulary.engine.facts.Modality;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Ranking;
import dev.formulary.engine.facts.Requirements;
import dev.formulary.engine.facts.Screening;
import dev.formulary.engine.facts.SensitiveKind;
import dev.formulary.engine.facts.SessionState;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.facts.StreamState;
import dev.formulary.engine.facts.Therapy;
import dev.formulary.engine.facts.Traits;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.Usage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DecisionJsonTest {
    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void tellsWhatWasAllowedAndWhy() throws JsonProcessingException {
        JsonNode json = tree(DecisionJson.of(new Recorded(Decisions.question("d1"),
                Decisions.allow("d1"), Decisions.outcome())));

        assertThat(json).isEqualTo(JSON.readTree(
                """
                    {"id": "d1", "result": "allow", "model": "home/llama", "attempts": ["home/llama", "cloud/big"],
                     "parameters": {"temperature": {"preset": 0.2, "cap": 1.0}, "max_tokens": {"cap": 512.0}},
                     "cache_seconds": 60, "rules": {"hash": "abc123"},
                     "reasons": [{"rule": "crisis-stays-home", "verb": "forbid", "subject": "cloud/big",
                       "text": "crisis calls stay on this machine", "file": "context/crisis.drl", "line": 12}],
                     "ranking": [
                       {"candidate": "home/llama", "eligible": true, "score": 71.5, "because": ["crisis-stays-home"]},
                       {"candidate": "cloud/big", "eligible": false, "score": 0.0, "because": []}],
                     "notices": [{"rule": "crisis", "severity": "critical", "code": "crisis_open",
                       "message": "a crisis call came in"}],
                     "problems": [],
                     "call": {"dialect": "openai_chat", "via": "http", "tenant": "clinic", "key": "front-desk",
                       "model": "auto", "substitute": true, "priority": "interactive", "stream": true,
                       "received": "2026-11-21T12:00:00Z", "deadline_ms": 30000, "session": "s1", "tag": "study-7"},
                     "context": {"need": "crisis_intervention", "risk": "high", "emotion": "anxious",
                       "age_band": "adult", "privacy": "local", "task": "therapeutic_response", "consent": true,
                       "clinician": false, "paid_allowed": false, "zone": "", "language": "en", "prompt_tokens": 120,
                       "max_tokens": 256, "needs": ["chat"], "deterministic": false,
                       "sources": {"need": "header", "risk": "metadata"},
                       "therapy": {"approach": "unspecified", "difficulty": "unspecified",
                         "session_state": "unspecified", "intervention": "unspecified"},
                       "requirements": {},
                       "traits": {"modalities": ["text"], "complexity": 0.0, "sensitive": [], "language": ""},
                       "screening": {"level": "none", "types": [], "signs": [], "lexicon": ""}},
                     "situation": {"at": "2026-11-21T12:00:00Z", "cpu": 0.5, "memory": 0.25, "disk": -1.0,
                       "gpu": -1.0, "gpu_memory": -1.0, "in_flight": 3, "waiting": 2, "open_alerts": ["busy"],
                       "budgets": [{"id": "all", "spent_micros": 10, "reserved_micros": 5, "limit_micros": 100}]},
                     "outcome": {"status": "answered",
                       "attempts": [
                         {"candidate": "home/llama", "answered": false, "ms": 5000, "failure": "timeout",
                          "class": "first_byte_timeout",
                          "message": "nothing came in 5 s"},
                         {"candidate": "cloud/big", "answered": true, "ms": 800}],
                       "usage": {"prompt_tokens": 120, "completion_tokens": 30, "cached_tokens": 0,
                         "thinking_tokens": 0, "estimated": false},
                       "cost_micros": 340, "total_ms": 5810, "overhead_micros": 450}}
                    """));
    }

    @Test
    void tellsWhyNothingWasAllowed() throws JsonProcessingException {
        Call call = new Call("d2", Dialect.OLLAMA_CHAT, "mqtt", "default", "", "home/llama", false, Priority.NORMAL,
                null, false, Decisions.NOON, 1000);

        JsonNode json = tree(DecisionJson.of(new Question(call, Context.unspecified(), Decisions.SITUATION, List.of()),
                Decisions.deny("d2"), null));

        assertThat(json.get("result").asText()).isEqualTo("deny");
        assertThat(json.get("code").asText()).isEqualTo("no_model_allowed");
        assertThat(json.get("message").asText()).isEqualTo("no model may answer this");
        assertThat(json.get("problems").get(0).asText()).isEqualTo("rule x failed");
        assertThat(json.has("model")).isFalse();
        assertThat(json.has("outcome")).isFalse();
        assertThat(json.get("call").has("session")).isFalse();
        assertThat(json.get("call").has("tag")).isFalse();
    }

    @Test
    void tellsWhatWasPaidInVainAndWhereNobodyKnows() throws JsonProcessingException {
        var lost = new Outcome.Tried("home/llama", FailureCategory.CANCELLED, "another model began first", 5);
        var outcome = new Outcome(Outcome.Status.ANSWERED,
                List.of(lost.inVain(-1), lost.inVain(12), new Outcome.Tried("cloud/big", null, "", 800)), Usage.NONE, 3,
                5, 5);
        JsonNode tried = tree(DecisionJson.of(
                new Question(Decisions.call("d4"), Context.unspecified(), Decisions.SITUATION, List.of()),
                Decisions.deny("d4"), outcome)).get("outcome").get("attempts");
        assertThat(tried.get(0).get("cost_in_vain_micros").asLong()).isEqualTo(-1);
        assertThat(tried.get(1).get("cost_in_vain_micros").asLong()).isEqualTo(12);
        assertThat(tried.get(2).has("cost_in_vain_micros")).isFalse();
    }

    @Test
    void tellsWhatAScoreIsMadeOfTheBalanceAndWhatTheCallerRequires() throws JsonProcessingException {
        Context plain = Context.unspecified();
        var context = new Context(plain.need(), plain.risk(), plain.emotion(), plain.ageBand(), plain.privacy(),
                plain.task(), false, false, false, "", "", 0, 0, plain.needs(), false, plain.therapy(),
                new Requirements(2_000, -1, 7, -1, -1), 0.25, plain.traits(), plain.screening(), Map.of());
        var ranking = new Ranking("p/m", true, 0.5, new Ranking.Terms(0.1, 0.2, 0.3, Double.NaN, 0.9, 12), List.of());
        var decision = new Decision.Allow("d3", "hash", new Plan(List.of(), Map.of(), 0, 0.25), List.of(),
                List.of(ranking), List.of(), List.of());

        JsonNode json = tree(DecisionJson.of(
                new Question(Decisions.call("d3"), context, Decisions.SITUATION, List.of()), decision, null));

        assertThat(json.get("balance").asDouble()).isEqualTo(0.25);
        assertThat(json.get("ranking").get(0).get("terms")).isEqualTo(JSON.readTree("""
            {"quality": 0.1, "cost": 0.2, "latency": 0.3, "load": -1.0, "reliability": 0.9, "points": 12.0}"""));
        assertThat(json.get("context").get("balance").asDouble()).isEqualTo(0.25);
        assertThat(json.get("context").get("requirements"))
                .isEqualTo(JSON.readTree("{\"max_latency_ms\": 2000, \"min_safety\": 7.0}"));
    }

    @Test
    void tellsWhatTheContentShowedAndWhatWasAskedOfAModel() throws JsonProcessingException {
        Context plain = Context.unspecified();
        var context = new Context(plain.need(), plain.risk(), plain.emotion(), plain.ageBand(), plain.privacy(),
                plain.task(), false, false, false, "", "", 0, 0, plain.needs(), false,
                new Therapy(Approach.CBT, Difficulty.GENTLE, SessionState.ACTIVE, Intervention.HUMAN_OVERSIGHT,
                        CrisisType.PANIC_ATTACK),
                new Requirements(900, -1, 7, -1, -1), 0.25,
                new Traits(Set.of(Modality.IMAGE, Modality.TEXT), 3.5, Set.of(SensitiveKind.EMAIL), "es"),
                new Screening(CrisisLevel.MODERATE, Set.of(CrisisType.SUICIDAL_IDEATION), List.of("x:negated"), "ab"),
                Map.of("screening", "content"));
        Question asked = Decisions.question("d3");
        JsonNode json = tree(DecisionJson.of(new Question(asked.call(), context, asked.situation(), List.of()),
                Decisions.deny("d3"), null)).get("context");

        assertThat(json.get("therapy")).isEqualTo(JSON.readTree("""
            {"approach": "cbt", "difficulty": "gentle", "session_state": "active",
             "intervention": "human_oversight", "crisis": "panic_attack"}"""));
        assertThat(json.get("requirements")).isEqualTo(JSON.readTree("{\"max_latency_ms\": 900, \"min_safety\": 7.0}"));
        assertThat(json.get("balance").asDouble()).isEqualTo(0.25);
        assertThat(json.get("traits")).isEqualTo(JSON.readTree("""
            {"modalities": ["image", "text"], "complexity": 3.5, "sensitive": ["email"], "language": "es"}"""));
        assertThat(json.get("screening")).isEqualTo(JSON.readTree("""
            {"level": "moderate", "types": ["suicidal_ideation"], "signs": ["x:negated"], "lexicon": "ab"}"""));
        assertThat(json.at("/sources/screening").asText()).isEqualTo("content");
    }

    @Test
    void tellsWhatCameBeforeInTheSessionAndWhatWasHandedOver() throws JsonProcessingException {
        Question asked = Decisions.question("d4");
        var past = new Continuity("a/m", 2, 3, 1, 40, -1, -1, -1, List.of(EmotionalState.CALM));
        Outcome plain = Decisions.outcome();
        var told = new Outcome(plain.status(), plain.attempts(), plain.usage(), 1, 2, 3, "what is known");

        JsonNode json = tree(DecisionJson.of(asked.with(past), Decisions.deny("d4"), told));

        assertThat(json.get("continuity")).isEqualTo(JSON.readTree("""
            {"model": "a/m", "in_row": 2, "calls": 3, "switches": 1, "idle_seconds": 40, "emotions": ["calm"]}"""));
        assertThat(tree(DecisionJson.of(asked.with(past).after(2, 340), Decisions.deny("d4"), told)).get("continuity"))
                .isEqualTo(JSON.readTree("""
                    {"model": "a/m", "in_row": 2, "calls": 3, "switches": 1, "idle_seconds": 40, "emotions": ["calm"],
                     "kept_turns": 2, "kept_tokens": 340}"""));
        assertThat(json.at("/outcome/handed_over").asText()).isEqualTo("what is known");
        JsonNode without = tree(DecisionJson.of(asked, Decisions.deny("d4"), plain));
        assertThat(without.has("continuity")).isFalse();
        assertThat(without.get("outcome").has("handed_over")).isFalse();
    }

    @Test
    void tellsHowAStreamWent() throws JsonProcessingException {
        Outcome plain = Decisions.outcome();
        assertThat(stream(plain, null).isMissingNode()).isTrue();
        assertThat(stream(plain, new Outcome.Stream(StreamState.STALLED, List.of())))
                .isEqualTo(JSON.readTree("{\"state\": \"stalled\"}"));
        assertThat(stream(plain, new Outcome.Stream(StreamState.DONE, List.of("b/m"))))
                .isEqualTo(JSON.readTree("{\"state\": \"done\", \"continued_by\": [\"b/m\"]}"));
    }

    private static JsonNode stream(Outcome plain, Outcome.@Nullable Stream stream) throws JsonProcessingException {
        var outcome = new Outcome(plain.status(), plain.attempts(), plain.usage(), 1, 2, 3, "", stream);
        return tree(DecisionJson.of(Decisions.question("d4"), Decisions.deny("d4"), outcome)).at("/outcome/stream");
    }

    private static JsonNode tree(Map<String, Object> json) throws JsonProcessingException {
        return JSON.readTree(JSON.writeValueAsString(json));
    }

    @Test
    void measuresStandInTheSituationWhereThereAreAny() throws Exception {
        Situation now = Decisions.SITUATION;
        var measured = new Situation(now.at(), now.host(), now.budgets(), 0, 0, Set.of(), List.of(new Measure("m3",
                "cloud/*", Measure.Kind.AVOID, 20, "it is slow", Measure.Origin.ALERT, "alert slow by rule slow",
                Decisions.NOON.plusSeconds(60))));

        assertThat(tree(SituationJson.of(now)).has("measures")).isFalse();
        assertThat(tree(SituationJson.of(measured)).path("measures")).isEqualTo(new JsonMapper().readTree("""
            [{"id": "m3", "model": "cloud/*", "kind": "avoid", "points": 20.0, "reason": "it is slow",
              "origin": "alert", "by": "alert slow by rule slow", "until": "2026-11-21T12:01:00Z"}]"""));
    }
}
