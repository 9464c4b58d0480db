package dev.formulary.engine.route;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.Samples;
import dev.formulary.engine.dialect.Dialects;
import dev.formulary.engine.dialect.Refusal;
import dev.formulary.engine.dispatch.Dispatching;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Situation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a caller sees when a budget is used up: which one, until when, and never an answer of somebody else's in silence.
class BudgetRefusalTest {
    private static final String USED_UP = "the budget 'all' is used up until 2026-11-21T00:00:00Z";

    @TempDir
    private Path folder;
    private Desk desk;

    @BeforeEach
    void spendAll() {
        desk = new Desk(folder, null);
        desk.policy = Desk.allowing(0, "a");
        desk.dispatching.provider("a").answers("for money");
        var order = Dispatching.order(Dispatching.plan("a"));
        desk.dispatching.budgets.reserve(order.call(), Dispatching.model("a"), 0, 9_999_000).orElseThrow()
                .settle(10_000_000);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        openai-chat | /error/code    | budget_exhausted | /error/message | {"model":"auto","messages":[{"role":"user","content":"hi"}]}
        openai-responses | /error/code    | budget_exhausted | /error/message | {"model":"auto","input":"hi"}
        anthropic-messages | /error/type    | rate_limit_error | /error/message | {"model":"auto","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}
        ollama-chat | /error         | ``               | /error         | {"model":"auto","stream":false,"messages":[{"role":"user","content":"hi"}]}
        """)
    void isToldInTheCallersDialect(String dialect, String at, String code, String message, String body)
            throws Exception {
        desk.dialect = Dialects.of(dialect).orElseThrow();

        Answer.Whole answer = desk.whole(body);

        assertThat(answer.status()).as(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(429);
        assertThat(Desk.json(answer).at(message).asText()).contains(USED_UP);
        if (!code.isEmpty()) {
            assertThat(Desk.json(answer).at(at).asText()).isEqualTo(code);
        }
        assertThat(answer.headers()).containsEntry("Retry-After", "43200").containsEntry("x-should-retry", "false");
        desk.assertSettled();
    }

    @Test
    void aFreeModelThatFailsIsNotReplacedByOneThatCosts() throws Exception {
        desk = new Desk(folder.resolve("other"), null);
        desk.policy = Desk.allowing(0, "a");
        desk.dispatching.provider("a").fails(dev.formulary.spi.FailureCategory.SERVER);
        desk.dispatching.provider("b").answers("for money");

        assertThat(desk.whole(Desk.HELLO).status()).isEqualTo(503);
        assertThat(desk.dispatching.budget().spent()).isZero();
    }

    private static Question question(Budget... budgets) {
        return new Question(Samples.call("home"), Context.unspecified(), new Situation(NOON, Host.UNKNOWN,
                List.of(budgets), 0, 0, Set.of()), List.of(Dispatching.model("a")));
    }

    private static Decision decide(Question question, boolean otherwise) {
        return question.situation().budgets().stream()
                .noneMatch(each -> each.exhausted() && each.counts(question.call())) && !otherwise
                        ? new Decision.Allow("d", "r", new Plan(question.candidates(), Map.of(), 0), List.of(),
                                List.of(),
                                List.of(), List.of())
                        : new Decision.Deny("d", "r", "no_model_allowed", "none", List.of(), List.of(), List.of(),
                                List.of());
    }

    private static @Nullable Refusal refusal(Question question, boolean otherwise) {
        return OverBudget.of((Decision.Deny) decide(question, otherwise), question, each -> decide(each, otherwise));
    }

    private static Budget spent(String id, String scope, boolean hard) {
        return new Budget(id, scope, 100, 0, 100, NOON.plusSeconds(600), hard, 0.95, Budget.Outlook.UNKNOWN);
    }

    @Test
    void aDenialThatOnlyABudgetIsToBlameForSaysSo() {
        Refusal refusal = refusal(question(spent("day", "total", true), spent("other", "tenant:work", true)), false);
        assertThat(refusal).isEqualTo(new Refusal(429, "budget_exhausted", "the budget 'day' is used up until "
                + NOON.plusSeconds(600) + ", and no model that costs nothing may answer", null,
                Duration.ofMinutes(10)));
    }

    @Test
    void aDenialForAnotherReasonIsNoneOfABudget() {
        assertThat(refusal(question(spent("day", "total", true)), true)).isNull();
        assertThat(refusal(question(spent("day", "total", false)), true)).as("a soft one").isNull();
        assertThat(refusal(question(spent("day", "tenant:work", true)), true)).as("another's").isNull();
    }
}
