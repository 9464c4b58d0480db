package dev.formulary.engine.decision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
import dev.formulary.engine.facts.Measure;
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
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The world as it is where a scenario says nothing: noon, a quiet machine, no budgets, and a plain call.
final class ScenarioWorld {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final int DEADLINE_MS = 60_000;

    private ScenarioWorld() {}

    /// @param at when the call comes
    static Call call(Fields from, Instant at) {
        String session = from.text("session", "");
        var call = new Call(from.text("id", "scenario"), from.word("dialect", Dialect.class, Dialect.OPENAI_CHAT),
                from.text("via", "http"), from.text("tenant", "default"), from.text("key", ""),
                from.text("model", "auto"), from.flag("substitute", false),
                from.word("priority", Priority.class, Priority.NORMAL), session.isEmpty() ? null : session,
                from.flag("stream", false), at, from.whole("deadlineMs", DEADLINE_MS),
                null, Set.copyOf(from.texts("labels", List.of())), from.texts("models", List.of()),
                from.text("tag", ""));
        from.done();
        return call;
    }

    static Context context(Fields from) {
        var context = new Context(from.word("need", Need.class, Need.UNSPECIFIED),
                from.word("risk", Risk.class, Risk.UNSPECIFIED),
                from.word("emotion", EmotionalState.class, EmotionalState.UNSPECIFIED),
                from.word("ageBand", AgeBand.class, AgeBand.UNSPECIFIED),
                from.word("privacy", Privacy.class, Privacy.UNSPECIFIED),
                from.word("task", Task.class, Task.UNSPECIFIED), from.flag("consent", false),
                from.flag("clinician", false), from.flag("paidAllowed", false), from.text("zone", ""),
                from.text("language", ""), from.whole("promptTokens", 100), from.whole("maxTokens", 0),
                capabilities(from, "needs"), from.flag("deterministic", false), therapy(from), requirements(from),
                from.number("balance", -1), traits(from), screening(from), ownWords(from),
                Map.of());
        from.done();
        return context;
    }

    /// Words of `lexicon/vocabulary.csv`, by fact.
    private static Map<String, String> ownWords(Fields from) {
        Map<String, String> words = new HashMap<>();
        from.members("words").forEach((fact, word) -> words.put(fact, word.asText()));
        return words;
    }

    private static Therapy therapy(Fields from) {
        return new Therapy(from.word("approach", Approach.class, Approach.UNSPECIFIED),
                from.word("difficulty", Difficulty.class, Difficulty.UNSPECIFIED),
                from.word("sessionState", SessionState.class, SessionState.UNSPECIFIED),
                from.word("intervention", Intervention.class, Intervention.UNSPECIFIED),
                from.text("crisis", "").isEmpty()
                        ? null
                        : from.constant("crisis", CrisisType.class, from.text("crisis", "")));
    }

    /// `maxCost` is in dollars, as callers write it.
    private static Requirements requirements(Fields from) {
        double dollars = from.number("maxCost", -1);
        return new Requirements(from.whole("maxLatencyMs", -1), from.number("minQuality", -1),
                from.number("minSafety", -1), dollars < 0 ? -1 : Math.round(dollars * 1_000_000),
                from.whole("minContextTokens", -1));
    }

    private static Traits traits(Fields from) {
        return new Traits(words(from, "modalities", Modality.class, List.of("text")), from.number("complexity", 0),
                words(from, "sensitive", SensitiveKind.class, List.of()), from.text("detectedLanguage", ""));
    }

    private static Screening screening(Fields from) {
        return new Screening(from.word("crisisLevel", CrisisLevel.class, CrisisLevel.NONE),
                words(from, "crisisTypes", CrisisType.class, List.of()), from.texts("crisisSigns", List.of()), "");
    }

    private static <E extends Enum<E>> Set<E> words(Fields from, String name, Class<E> type, List<String> otherwise) {
        var words = new HashSet<E>();
        from.texts(name, otherwise).forEach(text -> words.add(from.constant(name, type, text)));
        return words;
    }

    private static Set<Capability> capabilities(Fields from, String name) {
        var capabilities = new HashSet<Capability>();
        for (String text : from.texts(name, List.of("chat"))) {
            capabilities.add(from.constant(name, Capability.class, text));
        }
        return capabilities;
    }

    private static List<Gpu> gpus(Fields from) {
        double busy = from.number("gpu", -1);
        double memory = from.number("gpuMemory", -1);
        return busy < 0 && memory < 0 ? List.of() : List.of(new Gpu("gpu", -1, memory, busy));
    }

    static Situation situation(Fields from) {
        Instant at = from.read("at", NOON, "a time such as 2026-01-01T23:00:00Z or 23:00", ScenarioWorld::time);
        var host = new Host(from.number("cpu", 0.1), from.number("memory", 0.3),
                from.big("memoryFree", 8L << 30), from.number("disk", 0.3), from.whole("cores", 4), gpus(from));
        var budgets = new ArrayList<Budget>();
        for (JsonNode node : from.list("budgets")) {
            budgets.add(budget(Fields.of(node, "budgets"), at));
        }
        var situation = new Situation(at, host, budgets, from.whole("inFlight", 0), from.whole("waiting", 0),
                Set.copyOf(from.texts("openAlerts", List.of())), measures(from, at));
        from.done();
        return situation;
    }

    private static List<Measure> measures(Fields from, Instant at) {
        var measures = new ArrayList<Measure>();
        for (JsonNode node : from.list("measures")) {
            Fields each = Fields.of(node, "measures");
            measures.add(new Measure("m" + (measures.size() + 1), each.text("model", ""),
                    each.word("kind", Measure.Kind.class, Measure.Kind.CLOSE), each.number("points", 0),
                    each.text("reason", "a measure"),
                    each.word("origin", Measure.Origin.class, Measure.Origin.OPERATOR), each.text("by", "scenario"),
                    at.plusSeconds(3_600)));
            each.done();
        }
        return measures;
    }

    /// A moment with its zone, or a time of the first of January 2026 in UTC.
    private static Instant time(String text) {
        return text.length() <= "00:00:00".length()
                ? NOON.atOffset(ZoneOffset.UTC).with(LocalTime.parse(text)).toInstant()
                : OffsetDateTime.parse(text).toInstant();
    }

    /// What came before in the session; a graver crisis is also one of the lesser kinds.
    static Continuity session(Fields from, Call call) {
        Continuity usual = from.empty() && call.session() == null ? Continuity.NONE : Continuity.NEW;
        String model = from.text("model", usual.model());
        int answered = model.isEmpty() ? usual.calls() : 1;
        int critical = from.whole("criticalSeconds", -1);
        int high = from.whole("highSeconds", critical);
        var session = new Continuity(model, from.whole("inRow", answered), from.whole("calls", answered),
                from.whole("switches", usual.switches()), from.whole("idleSeconds", model.isEmpty() ? -1 : 60),
                from.whole("moderateSeconds", high), high, critical,
                from.texts("emotions", List.of()).stream()
                        .map(text -> from.constant("emotions", EmotionalState.class, text)).toList(),
                from.whole("keptTurns", 0), from.whole("keptTokens", 0));
        from.done();
        return session;
    }

    private static Budget budget(Fields from, Instant at) {
        long spent = from.big("spent", 0);
        long reserved = from.big("reserved", 0);
        long limit = from.big("limit", 100);
        var budget = new Budget(from.text("id", "budget"), from.text("scope", "total"), spent, reserved, limit,
                from.read("resetsAt", at.plusSeconds(3_600),
                        "a time such as 2026-01-02T00:00:00Z, or how long from now: +30m, +6h, +2d",
                        text -> later(text, at)),
                from.flag("hard", true), from.number("step", usualStep((double) (spent + reserved) / limit)),
                outlook(Fields.of(from.node("outlook"), "outlook")));
        from.done();
        return budget;
    }

    /// That of a budget whose steps are as they are where nothing is configured.
    private static double usualStep(double used) {
        return used >= 0.95 ? 0.95 : used >= 0.8 ? 0.8 : used >= 0.5 ? 0.5 : 0;
    }

    private static Budget.Outlook outlook(Fields from) {
        double hours = from.number("hours", -1);
        long end = from.big("end", -1);
        var outlook = new Budget.Outlook(hours, from.number("hoursLow", hours), from.number("hoursHigh", hours), end,
                from.big("endLow", end), from.big("endHigh", end));
        from.done();
        return outlook;
    }

    private static Instant later(String text, Instant at) {
        if (!text.startsWith("+")) {
            return time(text);
        }
        String amount = text.substring(1).toUpperCase(Locale.ROOT);
        return at.plus(Duration.parse(amount.endsWith("D") ? "P" + amount : "PT" + amount));
    }

    static Candidate candidate(Fields from) {
        String id = from.text("id", "");
        int slash = id.indexOf('/');
        if (slash <= 0) {
            throw new Fields.Wrong("a candidate's id is 'provider/model', not '" + id + "'", from.node("id"));
        }
        long price = from.big("price", ModelCard.UNKNOWN);
        var card = new ModelCard(id.substring(slash + 1), capabilities(from, "capabilities"),
                from.whole("context", 0), from.big("inputPrice", price),
                from.big("outputPrice", price), from.flag("local", false),
                Set.copyOf(from.texts("labels", List.of())), from.number("quality", ModelCard.UNKNOWN),
                from.number("safety", ModelCard.UNKNOWN), Map.of());
        var vitals = new Candidate.Vitals(from.word("breaker", BreakerState.class, BreakerState.CLOSED),
                from.number("errorRate", -1), from.whole("calls", 0), from.whole("firstByteMs", -1),
                from.whole("latencyMs", -1), from.whole("inFlight", 0), from.whole("limitLeft", -1),
                from.whole("limitSeconds", -1), from.whole("expectedFirstByteMs", -1), from.whole("expectedMs", -1),
                from.number("doubt", -1));
        from.done();
        return Candidate.of(id.substring(0, slash), card, vitals);
    }

    /// A local, a free and a paid model.
    static List<Candidate> candidates() {
        return List.of(plain("local/small", 0, true), plain("cloud/free", 0, false),
                plain("cloud/large", 2_500_000, false));
    }

    private static Candidate plain(String id, long price, boolean local) {
        int slash = id.indexOf('/');
        return Candidate.of(id.substring(0, slash), new ModelCard(id.substring(slash + 1), Set.of(Capability.CHAT), 0,
                price, price, local, Set.of(), ModelCard.UNKNOWN, ModelCard.UNKNOWN, Map.of()),
                Candidate.Vitals.UNKNOWN);
    }

    /// Questions to warm a rule set with that has no scenarios.
    static List<Question> questions() {
        var missing = JsonNodeFactory.instance.objectNode();
        return List.of(question(situation(Fields.of(missing, "situation")), candidates()));
    }

    /// A plain call.
    static Question question(Situation situation, List<Candidate> candidates) {
        var missing = JsonNodeFactory.instance.objectNode();
        return new Question(call(Fields.of(missing, "call"), situation.at()), context(Fields.of(missing, "context")),
                situation, candidates);
    }
}
