package dev.formulary.engine.dispatch;

import static dev.formulary.engine.dispatch.Dispatching.order;
import static dev.formulary.engine.dispatch.Dispatching.plan;
import static dev.formulary.engine.dispatch.ScriptedProvider.failure;
import static dev.formulary.engine.dispatch.ScriptedProvider.finish;
import static dev.formulary.engine.dispatch.ScriptedProvider.give;
import static dev.formulary.engine.dispatch.ScriptedProvider.text;
import static dev.formulary.engine.dispatch.ScriptedProvider.thrown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.formulary.engine.dispatch.Dispatching.Words;
import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DispatcherTest {
    @TempDir
    private Path folder;
    private Dispatching all;

    @BeforeEach
    void begin() {
        all = new Dispatching(folder, 1_000_000);
    }

    @AfterEach
    void everythingIsGivenBack() {
        all.assertNothingHeld();
    }

    private DispatchException failing(Order order) {
        return Objects.requireNonNull(
                catchThrowableOfType(DispatchException.class, () -> all.dispatcher.collect(order, new Words())));
    }

    private static String rest(Opened opened) throws Exception {
        var words = new StringBuilder();
        for (ReplyEvent event = opened.next(); event != null; event = opened.next()) {
            if (event instanceof ReplyEvent.Text(String text)) {
                words.append(text);
            }
        }
        return words.toString();
    }

    @ParameterizedTest
    // what did not fit into one context does not fit into another that is no larger
    @EnumSource(value = FailureCategory.class, mode = EnumSource.Mode.EXCLUDE, names = "CONTEXT_OVERFLOW")
    void goesOnWhereAnotherModelMayDoBetterAndStopsWhereNoneWill(FailureCategory category) throws Exception {
        all.provider("a").fails(category);
        ScriptedProvider second = all.provider("b").answers("fine");

        if (category.retriable()) {
            Opened opened = all.dispatcher.open(order(plan("a", "b")));
            assertThat(rest(opened)).isEqualTo("fine");
            assertThat(opened.tried()).extracting(Tried::candidate, Tried::failure).containsExactly(
                    org.assertj.core.groups.Tuple.tuple("a/m", category),
                    org.assertj.core.groups.Tuple.tuple("b/m", null));
        } else {
            DispatchException failure = failing(order(plan("a", "b")));
            assertThat(failure.category()).isEqualTo(category);
            assertThat(failure).hasMessage("scripted " + category);
            assertThat(second.requests).isEmpty();
        }
    }

    @Test
    void nothingIsVisibleBeforeTheFirstContent() throws Exception {
        all.provider("a").streams(text(""), give(new ReplyEvent.Thinking("")), failure(FailureCategory.CUT));
        all.provider("b").streams(text(""), text("fine"), finish());

        Opened opened = all.dispatcher.open(order(plan("a", "b")));
        assertThat(opened.candidate().id()).isEqualTo("b/m");
        assertThat(opened.next()).isEqualTo(new ReplyEvent.Text(""));
        assertThat(rest(opened)).isEqualTo("fine");
        assertThat(all.heard).containsExactly("begun a/m", "ended a/m CUT", "begun b/m", "first b/m", "ended b/m");
    }

    @Test
    void afterTheFirstContentAStreamIsNotBegunAnew() throws Exception {
        all.provider("a").streams(text("half"), failure(FailureCategory.CUT));
        ScriptedProvider second = all.provider("b").answers("fine");

        Opened opened = all.dispatcher.open(order(plan("a", "b")));
        assertThat(opened.next()).isEqualTo(new ReplyEvent.Text("half"));
        var failure = catchThrowableOfType(ProviderException.class, opened::next);
        assertThat(failure.category()).isEqualTo(FailureCategory.CUT);
        assertThat(opened.next()).isNull();
        assertThat(second.requests).isEmpty();
        assertThat(opened.usage().completionTokens()).isOne();
        assertThat(all.budget().spent()).isEqualTo(opened.costMicros()).isPositive();
    }

    @Test
    void whatTheVendorSaysThatItsAnswerCostCounts() throws Exception {
        all.provider("a").streams(text("fine"), finish(),
                ScriptedProvider.give(new ReplyEvent.Accounting(Usage.of(10, 20), 7)));

        Opened opened = all.dispatcher.open(order(plan("a")));
        assertThat(rest(opened)).isEqualTo("fine");
        assertThat(opened.costMicros()).isEqualTo(7);
        assertThat(all.budget().spent()).isEqualTo(7);
    }

    @Test
    void aWholeAnswerThatBreaksOffBeginsAnewWithTheNextModel() throws Exception {
        all.provider("a").streams(text("wrong "), text("half"), failure(FailureCategory.CUT));
        all.provider("b").answers("right");

        var words = new Words();
        Opened opened = all.dispatcher.collect(order(plan("a", "b")), words);
        assertThat(words.texts).containsExactly("right");
        assertThat(words.begun).isEqualTo(2);
        assertThat(opened.usage()).isEqualTo(Usage.of(10, 20));
        // the half answer of the first is paid for too
        assertThat(all.budget().spent()).isGreaterThan(30);
    }

    @Test
    void anAnswerThatDoesNotSayWhyItEndedWasCut() {
        all.provider("a").streams(text("and then"));
        DispatchException failure = failing(order(plan("a")));
        assertThat(failure.category()).isEqualTo(FailureCategory.CUT);
        assertThat(failure).hasMessage("the answer ended without saying why");
    }

    @Test
    void anAnswerOfNoWordsIsAnAnswer() throws Exception {
        all.provider("a").streams(finish());
        assertThat(rest(all.dispatcher.open(order(plan("a"))))).isEmpty();
        assertThat(all.heard).endsWith("ended a/m");
    }

    @Test
    void aPluginThatThrowsWhatItMustNotFailsOver() throws Exception {
        all.provider("a").then((_, _) -> {
            throw new IllegalStateException("the prompt was: secret");
        });
        all.provider("b").then((_, _) -> {
            throw new NoClassDefFoundError("com/vendor/Missing");
        });
        all.provider("c").streams(text(""), thrown(new NullPointerException("secret")));
        all.provider("d").then((_, _) -> {
            throw new StackOverflowError();
        });
        all.provider("e").answers("fine");

        var words = new Words();
        Opened opened = all.dispatcher.collect(order(plan("a", "b", "c", "d", "e")), words);
        assertThat(words.texts).containsExactly("fine");
        assertThat(opened.tried().subList(0, 4)).allSatisfy(each -> {
            assertThat(each.failure()).isEqualTo(FailureCategory.SERVER);
            assertThat(each.message()).startsWith("the plug-in failed with java.lang.").doesNotContain("secret");
        });
    }

    @Test
    void aPluginThatThrowsInTheMiddleOfAStreamIsToldApartFromACallerWhoLeft() throws Exception {
        all.provider("a").streams(text("half"), thrown(new IllegalStateException("bug")));
        Opened opened = all.dispatcher.open(order(plan("a")));
        assertThat(opened.next()).isNotNull();
        var failure = catchThrowableOfType(ProviderException.class, opened::next);
        assertThat(failure.category()).isEqualTo(FailureCategory.SERVER);
        assertThat(all.heard).endsWith("ended a/m SERVER");
    }

    @Test
    void aPluginThatCantLetGoOfAnAnswerHarmsNothing() throws Exception {
        all.provider("a").then((_, _) -> new dev.formulary.spi.ReplyStream() {
            private final java.util.Iterator<ReplyEvent> events = List.<ReplyEvent>of(new ReplyEvent.Text("fine"),
                    new ReplyEvent.Finish(ReplyEvent.Finish.Reason.STOP)).iterator();

            @Override
            public @org.jspecify.annotations.Nullable ReplyEvent next() {
                return events.hasNext() ? events.next() : null;
            }

            @Override
            public void close() {
                throw new IllegalStateException("can't");
            }
        });
        assertThat(rest(all.dispatcher.open(order(plan("a"))))).isEqualTo("fine");
        all.dispatcher.open(order(plan("a"))).close();
        assertThat(all.heard).containsSubsequence("ended a/m", "ended a/m CANCELLED");
    }

    @Test
    void aProviderThatIsGoneIsSkipped() throws Exception {
        all.provider("b").answers("fine");
        Opened opened = all.dispatcher.open(order(plan("a", "b")));
        assertThat(rest(opened)).isEqualTo("fine");
        assertThat(opened.tried().getFirst())
                .isEqualTo(new Tried("a/m", FailureCategory.UNKNOWN_MODEL, "its provider is not loaded any more", 0,
                        FailureClass.HELD_BACK));
    }

    @Test
    void aBudgetThatWouldBePassedIsAFailureLikeOthers() {
        all.provider("a").answers("too dear");
        all.budgets.reserve(order(plan("a")).call(), Dispatching.model("a"), 0, 999_900).orElseThrow().settle(999_900);
        DispatchException failure = failing(order(plan("a")));
        assertThat(failure.category()).isEqualTo(FailureCategory.QUOTA);
        assertThat(failure.tried()).singleElement().extracting(Tried::message).asString().contains("the budget 'all'")
                .contains("until 2026-11-21T00:00:00Z");
        assertThat(failure.overBudget()).isTrue();
        assertThat(failure.retryAfter()).contains(Duration.ofHours(12));
        assertThat(all.heard).isEmpty();
    }

    @Test
    void moneyIsHeldForAsManyTokensAsPolicyLetsTheModelWrite() throws Exception {
        all.provider("a").answers("fine");
        Plan free = plan("a");
        var plan = new Plan(free.attempts(), Dispatching.capped(Parameter.MAX_TOKENS, 50), 0);
        try (Opened _ = all.dispatcher.open(order(plan))) {
            long capped = all.budget().reserved();
            try (Opened _ = all.dispatcher.open(order(free))) {
                assertThat(all.budget().reserved() - capped).as("nobody says how many").isEqualTo(capped + 8_192 - 50);
            }
        }
    }

    @Test
    void anAnswerWhoseLengthNobodyLimitsIsNoLongerThanAHardBudgetCanPay() throws Exception {
        ScriptedProvider provider = all.provider("a").answers("fine").answers("fine").answers("fine");
        rest(all.dispatcher.open(order(plan("a"))));
        all.budgets.reserve(order(plan("a")).call(), Dispatching.model("a"), 0, 996_000).orElseThrow().settle(996_000);
        rest(all.dispatcher.open(order(plan("a"))));
        rest(all.dispatcher
                .open(order(new Plan(plan("a").attempts(), Dispatching.capped(Parameter.MAX_TOKENS, 50), 0))));

        assertThat(provider.requests).extracting(each -> each.sampling().maxTokens()).containsExactly(null, 992, 50);
    }

    @Test
    void theShortestWaitThatAVendorAsksForIsHandedOn() {
        throttles("a", Duration.ofSeconds(30));
        throttles("b", Duration.ofSeconds(5));
        throttles("c", Duration.ofSeconds(9));
        DispatchException failure = failing(order(plan("a", "b", "c")));
        assertThat(failure.category()).isEqualTo(FailureCategory.THROTTLED);
        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(5));
        assertThat(all.heard).contains("throttled a/m PT30S", "throttled b/m PT5S");
    }

    private void throttles(String provider, Duration wait) {
        all.provider(provider).then((_, _) -> {
            throw new ProviderException(FailureCategory.THROTTLED, "too many", 429, wait, null);
        });
    }

    @Test
    void afterTheDeadlineNobodyIsAskedAnyMore() {
        ScriptedProvider provider = all.provider("a").answers("late");
        Order late = order(plan("a", "a"), Presence.CONSTANT, 0);
        DispatchException failure = failing(late);
        assertThat(failure.category()).isEqualTo(FailureCategory.TIMEOUT);
        assertThat(failure.tried()).hasSize(1);
        assertThat(provider.requests).isEmpty();
    }

    @Test
    void aPlanWithoutModelsFails() {
        assertThat(failing(order(plan()))).hasMessage("the plan holds no model");
    }

    @Test
    void whatAVendorDoesNotCountIsEstimated() throws Exception {
        all.provider("a").streams(give(new ReplyEvent.Thinking("12345678")),
                give(new ReplyEvent.ToolCall(0, "i", "name", "{\"a\":\"b\"}")),
                give(new ReplyEvent.ToolCall(0, null, null, "xyz")), finish());
        Opened opened = all.dispatcher.open(order(plan("a")));
        rest(opened);
        assertThat(opened.usage()).isEqualTo(new Usage(0, 6, 0, 0, true));
    }
}
