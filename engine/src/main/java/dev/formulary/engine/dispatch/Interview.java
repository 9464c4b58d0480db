package dev.formulary.engine.dispatch;

import dev.formulary.engine.admission.Budgets;
import dev.formulary.engine.admission.Lanes;
import dev.formulary.engine.admission.Limits;
import dev.formulary.engine.admission.Turn;
import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Priority;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Asks one model a question and hears the whole answer, to learn about the model. No rule decides, nothing is screened, kept
/// or recorded, and nobody is alerted. It goes the way of any attempt: it waits for a place at the provider, counts for the
/// breaker, and counts against limits and budgets as a call of the tenant [#TENANT]. Thread-safe; blocks the calling thread.
public final class Interview {
    /// Whom its money is booked for.
    public static final String TENANT = "formulary:grade";
    private static final int ANSWER_TOKENS = 1_000;
    private static final int PATIENCE_MS = 40_000;
    private static final int DEADLINE_MS = 50_000;
    private static final int MOST_CHARACTERS = 40_000;
    private static final int OVERHEAD_TOKENS = 16;

    private final Attempts attempts;
    private final Clock clock;
    private final DeadlineWatch watch = new DeadlineWatch();
    private final AtomicLong count = new AtomicLong();

    /// @param listener hears what vendors say of their limits; the attempts themselves are none of a call
    public Interview(ProviderDirectory directory, Breakers breakers, Lanes lanes, Budgets budgets, Limits limits,
            AttemptListener listener, Clock clock) {
        this.clock = clock;
        attempts = new Attempts(directory, breakers, lanes, budgets, limits, new ChatProbe.OfProbes(listener), watch);
    }

    /// What a model said.
    ///
    /// @param text its words, refusals included and thoughts left out; may be empty
    /// @param finish why it ended: `stop`, `length`, `tool_calls` or `content_filter`; empty when it was cut short here
    /// @param costMicros what it cost in micro-dollars; -1 when a price is unknown
    public record Said(String text, String finish, long costMicros) {}

    /// Looks for plug-ins that do not keep their time. Called on a tick.
    ///
    /// @param now a reading of [System#nanoTime]
    public void tick(long now) {
        watch.tick(now);
    }

    /// Asks a model.
    ///
    /// @throws ProviderException when it does not answer, or may not be asked
    public Said ask(Candidate candidate, String question) throws ProviderException, InterruptedException {
        Order order = order(candidate, question);
        var tried = new ArrayList<dev.formulary.engine.facts.Outcome.Tried>(1);
        Turn turn = Objects.requireNonNull(attempts.turn(order, candidate, true, tried), "a turn");
        try (Opened opened = attempts.begin(order, candidate, turn, tried,
                permit -> permit.attempt()
                        .watched(() -> permit.abandon(RunningAttempt.overdue("does not come back"))),
                null)) {
            var hearing = new Hearing();
            for (ReplyEvent event = opened.next(); event != null; event = opened.next()) {
                hearing.add(event);
                if (hearing.text.length() > MOST_CHARACTERS) {
                    opened.enough();
                    break;
                }
            }
            return new Said(hearing.text.toString(), hearing.finish, opened.costMicros());
        }
    }

    private static final class Hearing {
        private final StringBuilder text = new StringBuilder();
        private String finish = "";

        void add(@Nullable ReplyEvent event) {
            switch (event) {
                case ReplyEvent.Text(String words) -> text.append(words);
                case ReplyEvent.Refusal(String words) -> text.append(words);
                case ReplyEvent.Finish(ReplyEvent.Finish.Reason reason) -> finish = reason.name()
                        .toLowerCase(Locale.ROOT);
                case ReplyEvent.Native(var _, List<ReplyEvent> meaning) -> meaning.forEach(this::add);
                case null, default -> {
                    // says nothing to the person
                }
            }
        }
    }

    private Order order(Candidate candidate, String question) {
        var call = new Call("grade-" + count.incrementAndGet(), Dialect.OPENAI_CHAT, "grade", TENANT, "",
                candidate.id(), false, Priority.BATCH, null, true, clock.instant(), DEADLINE_MS);
        var request = new ChatRequest(candidate.model(),
                List.of(ChatRequest.Message.text(ChatRequest.Role.USER, question)), List.of(), null,
                new ChatRequest.Sampling(null, null, ANSWER_TOKENS, null, null, List.of()),
                new ChatRequest.Format.Free(), true, true, Map.of(), null);
        var plan = new Plan(List.of(candidate),
                Map.of(Parameter.FIRST_BYTE_MS, new Plan.Limit(PATIENCE_MS, Double.NaN)), 0);
        return new Order(call, context(question), request, plan, Presence.CONSTANT, System.nanoTime(), _ -> {});
    }

    private static Context context(String question) {
        Context none = Context.unspecified();
        return new Context(none.need(), none.risk(), none.emotion(), none.ageBand(), none.privacy(), none.task(), false,
                false, true, "", "", OVERHEAD_TOKENS + question.length(), ANSWER_TOKENS, Set.of(Capability.CHAT), false,
                Map.of());
    }
}
