package dev.formulary.engine.decision;

import dev.formulary.engine.facts.AgeBand;
import dev.formulary.engine.facts.Approach;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.engine.facts.CrisisType;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Difficulty;
import dev.formulary.engine.facts.EmotionalState;
import dev.formulary.engine.facts.Intervention;
import dev.formulary.engine.facts.Modality;
import dev.formulary.engine.facts.Need;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Privacy;
import dev.formulary.engine.facts.Risk;
import dev.formulary.engine.facts.SensitiveKind;
import dev.formulary.engine.facts.SessionState;
import dev.formulary.engine.facts.Task;
import dev.formulary.spi.Capability;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A column that may stand before `->` in a decision table.
///
/// @param path how a rule reaches it within the fact; for a budget the constraint that picks the budgets that are meant
/// @param meaning for people
record TableCondition(String name, Fact fact, String path, TableDomain<?> domain, String meaning) {

    /// The facts of rules that tables know.
    enum Fact {
        CALL("Call"), CONTEXT("Context"), CONTINUITY("Continuity"), SITUATION("Situation"), HOST("Host"), BUDGET(
                "Budget"), CANDIDATE(
                        "Candidate");

        private final String type;

        Fact(String type) {
            this.type = type;
        }

        String type() {
            return type;
        }
    }

    private static final TableTexts TEXT = new TableTexts();
    private static final TableNumbers COUNT = TableNumbers.whole(Integer.MAX_VALUE);
    private static final TableNumbers SHARE = TableNumbers.upTo(1);
    private static final TableNumbers USED = TableNumbers.upTo(1_000);
    private static final TableNumbers GRADE = TableNumbers.upTo(10);

    /// Every one there is.
    static final List<TableCondition> ALL = List.of(
            call("priority", "priority", TableWords.of(Priority.class), "how soon the answer is wanted"),
            call("tenant", "tenant", TEXT, "who pays"),
            call("key", "key", TEXT, "the name of the caller's key"),
            call("tag", "tag", TEXT, "what the caller wrote on the call, so that its cost is told apart"),
            call("via", "via", TableWords.texts("http", "mqtt", "file"), "how the call came"),
            call("dialect", "dialect", TableWords.of(Dialect.class), "the client's format"),
            call("stream", "stream", TableWords.yesOrNo(), "the answer is wanted in pieces"),
            call("substitute", "substitute", TableWords.yesOrNo(), "another model may answer than the one asked for"),
            call("asked", "model", TEXT, "the model that was asked for; `auto` when policy chooses"),
            call("bucket", "bucket", TableNumbers.whole(99), "which hundredth of the sessions it is"),
            context("need", "need", TableWords.of(Need.class), "the kind of help needed"),
            context("risk", "risk", TableWords.of(Risk.class, 1), "the danger that the caller sees"),
            context("emotion", "emotion", TableWords.of(EmotionalState.class), "how the person feels"),
            context("age", "ageBand", TableWords.of(AgeBand.class), "how old the person is"),
            context("privacy", "privacy", TableWords.of(Privacy.class), "how far the content may travel"),
            context("task", "task", TableWords.of(Task.class), "what the answer is for"),
            context("consent", "consent", TableWords.yesOrNo(), "the person agreed to their words being sent on"),
            context("clinician", "clinician", TableWords.yesOrNo(), "a clinician is present"),
            context("paid-allowed", "paidAllowed", TableWords.yesOrNo(), "money may be spent"),
            context("zone", "zone", TEXT, "the room or area of a home"),
            context("language", "language", TEXT, "the declared language, such as `en*`"),
            context("prompt-tokens", "promptTokens", COUNT, "an estimate of the tokens of the prompt"),
            context("asked-tokens", "maxTokens", COUNT, "the most tokens the caller wants; 0 when not said"),
            context("needs", "needs.contains(%s)", TableMarks.of(Capability.class), "what a model must be able to do"),
            context("deterministic", "deterministic", TableWords.yesOrNo(), "the caller asks for a repeatable answer"),
            context("balance", "balance", SHARE.orUnknown(), "declared, 0 (fast) to 1 (creative)"),
            context("approach", "therapy.approach", TableWords.of(Approach.class), "the approach of the therapy"),
            context("difficulty", "therapy.difficulty", TableWords.of(Difficulty.class), "how demanding it may be"),
            context("session", "therapy.session", TableWords.of(SessionState.class), "the state of the session"),
            context("intervention", "therapy.intervention", TableWords.of(Intervention.class), "who steps in"),
            context("complexity", "traits.complexity", GRADE, "how demanding the question is, 0 to 10"),
            context("modality", "traits.has(%s)", TableMarks.of(Modality.class), "what the content consists of"),
            context("sensitive", "traits.has(%s)", TableMarks.of(SensitiveKind.class), "personal data that was found"),
            context("content-language", "traits.language", TEXT, "the language that the words seem to be in"),
            context("crisis", "screening.level", TableWords.of(CrisisLevel.class, 0), "what the crisis screen found"),
            context("crisis-type", "screening.about(%s)", TableMarks.of(CrisisType.class), "what it is about"),
            session("last-model", "model", TEXT, "the session's last model, as `provider/model`"),
            session("in-a-row", "inRow", COUNT.orUnknown(), "calls that it has answered in a row"),
            session("session-calls", "calls", COUNT.orUnknown(), "answers in the session; unknown without one"),
            session("switches", "switches", COUNT.orUnknown(), "how often the session's model changed"),
            session("idle-seconds", "idleSeconds", COUNT.orUnknown(), "seconds since the session's last answer"),
            session("crisis-seconds", "highSeconds", COUNT.orUnknown(),
                    "seconds since a high or critical crisis was seen in the session"),
            new TableCondition("hour", Fact.SITUATION, "hour", TableNumbers.hours(),
                    "the hour in UTC; `22-5` is from 22:00 to 5:59"),
            new TableCondition("in-flight", Fact.SITUATION, "inFlight", COUNT, "calls under way"),
            new TableCondition("waiting", Fact.SITUATION, "waiting", COUNT, "calls that wait for a provider"),
            new TableCondition("open-alert", Fact.SITUATION, "openAlerts.contains(%s)", new TableMarks(null),
                    "codes of alerts that are firing"),
            host("cpu", "the share of the processors in use"), host("memory", "the share of the memory in use"),
            host("disk", "the share of the disk in use"),
            new TableCondition("gpu", Fact.HOST, "gpu", SHARE.orUnknown(), "how busy the busiest graphics card is"),
            new TableCondition("gpu-memory", Fact.HOST, "gpuMemory", SHARE.orUnknown(),
                    "how full the fullest graphics card's memory is"),
            budget("budget", "", "the used share of the fullest budget that counts for the call; 0 without one"),
            budget("budget-total", "scope == \"total\"", "the same of budgets for everything"),
            budget("budget-tenant", "scope.startsWith(\"tenant:\")", "the same of the tenant's budgets"),
            budget("budget-provider", "scope.startsWith(\"provider:\")", "the same of budgets of providers"),
            candidate("provider", "provider", TEXT, "the model's provider"),
            candidate("model", "model", TEXT, "the vendor's own name of the model"),
            candidate("local", "local", TableWords.yesOrNo(), "nothing leaves this machine or its network"),
            candidate("free", "free", TableWords.yesOrNo(), "answers are known to cost nothing"),
            candidate("label", "labelled(%s)", new TableMarks(null), "words that the model's card bears"),
            candidate("can", "can(%s)", TableMarks.of(Capability.class), "what the model can do"),
            candidate("quality", "quality", GRADE.orUnknown(), "how good its answers are, 0 to 10"),
            candidate("safety", "safety", GRADE.orUnknown(), "how safe its answers are, 0 to 10"),
            candidate("input-price", "card.inputPrice", TableNumbers.dollars(),
                    "dollars for a million tokens of the prompt"),
            candidate("output-price", "card.outputPrice", TableNumbers.dollars(),
                    "dollars for a million tokens of the answer"),
            candidate("error-rate", "errorRate", SHARE.orUnknown(), "the share of its calls that failed of late"),
            candidate("calls", "vitals.calls", COUNT, "how many calls the error rate counts"),
            candidate("breaker", "breaker", TableWords.of(BreakerState.class), "whether calls pass"),
            candidate("limit-left", "limitLeft", COUNT.orUnknown(), "calls that the vendor still allows"),
            candidate("limit-seconds", "limitSeconds", COUNT.orUnknown(),
                    "seconds until the vendor's limit is reset"),
            candidate("first-byte-ms", "firstByteMs", COUNT.orUnknown(), "the 95th percentile, in milliseconds"));

    private static TableCondition call(String name, String path, TableDomain<?> domain, String meaning) {
        return new TableCondition(name, Fact.CALL, path, domain, meaning);
    }

    private static TableCondition context(String name, String path, TableDomain<?> domain, String meaning) {
        return new TableCondition(name, Fact.CONTEXT, path, domain, meaning);
    }

    private static TableCondition session(String name, String path, TableDomain<?> domain, String meaning) {
        return new TableCondition(name, Fact.CONTINUITY, path, domain, meaning);
    }

    private static TableCondition host(String name, String meaning) {
        return new TableCondition(name, Fact.HOST, name, SHARE.orUnknown(), meaning);
    }

    private static TableCondition budget(String name, String scope, String meaning) {
        return new TableCondition(name, Fact.BUDGET, scope, USED, meaning);
    }

    private static TableCondition candidate(String name, String path, TableDomain<?> domain, String meaning) {
        return new TableCondition(name, Fact.CANDIDATE, path, domain, meaning);
    }

    /// @throws Fields.Wrong what would be right
    TableMatch<?> parse(String cell) {
        TableMatch<?> match = domain.parse(cell);
        if (fact == Fact.BUDGET && match instanceof TableNumbers.Within within && within.spans().size() > 1) {
            throw new Fields.Wrong("a budget takes one comparison or range");
        }
        return match;
    }

    /// The list of columns for the documentation.
    static String documentation() {
        Function<TableCondition, String> line = one -> "| `" + one.name + "` | " + one.meaning + " | "
                + one.domain.right() + " |\n";
        return "| condition | what it looks at | cells |\n|---|---|---|\n"
                + ALL.stream().map(line).collect(Collectors.joining());
    }
}
