package dev.formulary.engine.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.Samples;
import dev.formulary.engine.context.Assessor;
import dev.formulary.engine.dispatch.ProviderDirectory;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Situation;
import dev.formulary.spi.Attempt;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Real drills with real dispatch and providers that fail by the number of the call instead of by the clock.
class RehearsalTest {
    private static final DrillSize SIZE = new DrillSize(40, Duration.ofSeconds(2), Duration.ofSeconds(5));

    /// Is not there from one call on and before another, or cuts the first stream after that call.
    private static final class Faulty implements Provider {
        final AtomicInteger calls = new AtomicInteger();
        private final int from;
        private final int until;
        private final boolean cuts;
        private final AtomicBoolean hasCut = new AtomicBoolean();

        Faulty(int from, int until, boolean cuts) {
            this.from = from;
            this.until = until;
            this.cuts = cuts;
        }

        @Override
        public List<ModelCard> models() {
            return List.of(ModelCard.of("m"));
        }

        @Override
        public ReplyStream chat(ChatRequest request, Attempt attempt) throws ProviderException {
            int call = calls.getAndIncrement();
            if (call >= from && call < until && !cuts) {
                throw new ProviderException(FailureCategory.CONNECT, "nobody there");
            }
            boolean cut = cuts && call >= from && request.stream() && !hasCut.getAndSet(true);
            return new Words(cut ? 5 : Drill.WORDS);
        }

        @Override
        public void probe(Attempt attempt) throws ProviderException {
            int call = calls.getAndIncrement();
            if (call >= from && call < until && !cuts) {
                throw new ProviderException(FailureCategory.CONNECT, "nobody there");
            }
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    private static final class Words implements ReplyStream {
        private final int until;
        private int next;

        Words(int until) {
            this.until = until;
        }

        @Override
        public @Nullable ReplyEvent next() throws ProviderException {
            int now = next++;
            if (now < until) {
                return new ReplyEvent.Text("word%02d ".formatted(now));
            }
            if (until < Drill.WORDS) {
                throw new ProviderException(FailureCategory.CUT, "broke off");
            }
            return now == until ? new ReplyEvent.Finish(ReplyEvent.Finish.Reason.STOP) : null;
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    private record Loan(Provider provider) implements ProviderDirectory.Loan {
        @Override
        public void close() {
            // nobody counts here
        }
    }

    private static Decision inOrder(Question question) {
        List<Candidate> all = question.candidates();
        return new Decision.Allow(question.call().id(), "rules", new Plan(all, Map.of(), 60), List.of(), List.of(),
                List.of(), List.of());
    }

    private static DrillReport run(Drill drill, Map<String, Provider> providers) throws InterruptedException {
        var settings = Samples.settings(Map.of(), List.of(Samples.key("somebody", "secret", "somebody")));
        var now = new Situation(Samples.NOON, Host.UNKNOWN, List.of(), 0, 0, Set.of());
        Map<String, List<ModelCard>> cards = new TreeMap<>();
        providers.forEach((id, _) -> cards.put(id, List.of(ModelCard.of("m"))));
        try (var ground = new DrillGround(settings, new Assessor(false), RehearsalTest::inOrder, () -> now,
                () -> cards, id -> {
                    Provider provider = providers.get(id);
                    return provider == null ? null : new Loan(provider);
                })) {
            return Drills.run(drill, SIZE, ground);
        }
    }

    @Test
    void nobodyNoticesADeadProviderWhereAnotherAnswers() throws Exception {
        DrillReport report = run(Drill.DEAD, Map.of("a", new Faulty(5, 10, false), "b", new Faulty(0, 0, false)));

        assertThat(report.good()).as(report.toString()).isTrue();
        assertThat(report.verdict()).startsWith("nobody noticed: all 40 calls were answered whole and in time, ")
                .endsWith(" of them by another model than the first");
        assertThat(report.problems()).isEmpty();
        assertThat(report.answeredBy()).containsOnlyKeys("a/m", "b/m");
        assertThat(report.spans()).extracting(Span::name).containsExactly("before", "during", "after");
        assertThat(report.spans().stream().mapToInt(Span::calls).sum()).isEqualTo(40);
        assertThat(report.breakers()).isNotEmpty().extracting(DrillReport.Turn::model).containsOnly("a/m");
        assertThat(report.recoveryMs()).isNotNegative();
        assertThat(report.held()).isZero();
    }

    @Test
    void whoseAnswerBreaksOffNotices() throws Exception {
        DrillReport report = run(Drill.CUT, Map.of("a", new Faulty(8, 11, true)));

        assertThat(report.good()).isFalse();
        assertThat(report.spans().stream().mapToInt(Span::broken).sum()).isEqualTo(1);
        assertThat(report.problems()).hasSize(1);
        assertThat(report.problems().keySet()).containsAnyOf("openai stream 200 stream_interrupted",
                "ollama stream 200");
        assertThat(report.missingWords()).isEqualTo(Drill.WORDS - 5);
        assertThat(report.doubledWords()).isZero();
        assertThat(report.verdict()).startsWith("users noticed: 1 call broken off");
    }

    @Test
    void whereNobodyIsLeftEverybodyIsToldSoAndAnsweredAgainLater() throws Exception {
        DrillReport report = run(Drill.ALL_DOWN, Map.of("a", new Faulty(5, 10, false)));

        assertThat(report.good()).as(report.toString()).isTrue();
        assertThat(report.verdict()).startsWith("no model was left: each of ").contains("in time");
        assertThat(report.problems()).isNotEmpty();
        assertThat(report.problems().keySet()).allMatch(each -> each.contains(" 503"));
        assertThat(report.recoveryMs()).isNotNegative();
    }
}
