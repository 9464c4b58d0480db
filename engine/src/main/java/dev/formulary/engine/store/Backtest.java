package dev.formulary.engine.store;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Gravity;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Privacy;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.store.BacktestReport.Flip;
import dev.formulary.engine.store.BacktestReport.Side;
import dev.formulary.engine.store.BacktestReport.Unsafe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Decides recorded calls with other rules. Not thread-safe; it uses all processors itself.
public final class Backtest {
    /// How many flips and unsafe routes are listed, each.
    public static final int LISTED = 1_000;

    private static final int USUAL_ANSWER_TOKENS = 500;
    private static final List<String> NOTES = List.of(
            "budgets, breakers, load and latencies are as they were then; had other models been chosen, they would differ",
            "only models that were there then can be chosen",
            "cost is estimated from the first model's prices and the tokens that were used, or asked for, or 500;"
                    + " latency is its 95th percentile then");

    private final Decider rules;
    private final String name;
    private final Map<String, Long> incomparable = new TreeMap<>();
    private final Map<String, Long> changed = new TreeMap<>();
    private final List<Flip> flips = new ArrayList<>();
    private final List<Unsafe> unsafe = new ArrayList<>();
    private long compared;
    private long hidden;
    private Side recorded = Side.NONE;
    private Side candidate = Side.NONE;

    /// @param name what to call the rules: their hash
    public Backtest(Decider rules, String name) {
        this.rules = rules;
        this.name = name;
    }

    /// One side of one call.
    private record View(@Nullable String model, String code, long cost, int latency, @Nullable Unsafe unsafe) {
        String shown() {
            return model == null ? code : model;
        }
    }

    private sealed interface Result {
        record Compared(String id, View before, View after, boolean hidden) implements Result {}

        record Incomparable(String why) implements Result {}
    }

    /// Decides the latest decisions again.
    ///
    /// @param last how many
    public BacktestReport run(DecisionReader reader, long last) throws IOException, InterruptedException {
        reader.each(last, this::compare, this::take);
        return new BacktestReport(name, compared, hidden, incomparable, changed, flips, recorded, candidate, unsafe,
                NOTES);
    }

    private Result compare(Row row) {
        Row.Brief was;
        try {
            was = row.brief();
        } catch (IOException e) {
            return new Result.Incomparable("damaged, or kept by another version");
        }
        if (was.attempts() == null && was.code().equals("policy_failed")) {
            return new Result.Incomparable("its rules failed then");
        }
        Decision now = rules.decide(was.question());
        if (Replay.hitLimits(now)) {
            return new Result.Incomparable("the candidate hit the limit of time or firings");
        }
        View after = switch (now) {
            case Decision.Deny deny -> view(was, null, deny.code());
            case Decision.Allow allow -> view(was, allow.plan().all(), "");
        };
        return new Result.Compared(row.id(), view(was, was.attempts(), was.code()), after, !was.hidden().isEmpty());
    }

    /// @param attempts null when the call is denied
    private static View view(Row.Brief call, @Nullable List<Candidate> attempts, String code) {
        if (attempts == null) {
            return new View(null, code, 0, -1, null);
        }
        Candidate first = attempts.getFirst();
        return new View(first.id(), "", cost(first, call.question().context(), call.outcome()),
                first.vitals().latencyMs(), unsafe(call.question(), attempts));
    }

    private static long cost(Candidate model, Context context, @Nullable Outcome outcome) {
        int prompt = outcome == null ? 0 : outcome.usage().promptTokens();
        int answer = outcome == null ? 0 : outcome.usage().completionTokens();
        int asked = context.maxTokens() > 0 ? context.maxTokens() : USUAL_ANSWER_TOKENS;
        return model.costMicros(prompt > 0 ? prompt : context.promptTokens(), answer > 0 ? answer : asked);
    }

    /// Whether any of the models, since each may come to answer, must not: one without the label `crisis` when the
    /// caller or the screen sees a crisis, or one elsewhere when
    /// the content may not leave as it is (it is not sanitised on the way).
    private static @Nullable Unsafe unsafe(Question question, List<Candidate> attempts) {
        Context context = question.context();
        boolean crisis = Gravity.of(context).atLeast(CrisisLevel.HIGH);
        boolean local = context.privacy().compareTo(Privacy.SANITISED) >= 0;
        for (Candidate model : attempts) {
            if (local && !model.local()) {
                return new Unsafe(question.call().id(), model.id(), "privacy", true);
            }
            if (crisis && !model.labelled("crisis")) {
                return new Unsafe(question.call().id(), model.id(), "crisis", true);
            }
        }
        return null;
    }

    private void take(Result result) {
        switch (result) {
            case Result.Incomparable(String why) -> incomparable.merge(why, 1L, Long::sum);
            case Result.Compared(String id, View before, View after, boolean hides) -> {
                compared++;
                hidden += hides ? 1 : 0;
                boolean costs = before.cost() >= 0 && after.cost() >= 0;
                boolean latencies = before.latency() >= 0 && after.latency() >= 0;
                recorded = with(recorded, before, costs, latencies);
                candidate = with(candidate, after, costs, latencies);
                flip(id, before, after, hides);
                if (after.unsafe() != null && unsafe.size() < LISTED) {
                    Unsafe one = after.unsafe();
                    unsafe.add(new Unsafe(one.id(), one.model(), one.why(), before.unsafe() == null));
                }
            }
        }
    }

    private void flip(String id, View before, View after, boolean hides) {
        String kind = before.model() == null
                ? after.model() == null ? "" : "allowed"
                : after.model() == null ? "denied" : before.model().equals(after.model()) ? "" : "model";
        if (!kind.isEmpty()) {
            changed.merge(kind, 1L, Long::sum);
            if (flips.size() < LISTED) {
                flips.add(new Flip(id, kind, before.shown(), after.shown(), hides));
            }
        }
    }

    private static Side with(Side side, View view, boolean cost, boolean latency) {
        boolean denied = view.model() == null;
        return new Side(side.allowed() + (denied ? 0 : 1), side.denied() + (denied ? 1 : 0),
                side.costMicros() + (cost ? view.cost() : 0), side.costs() + (cost ? 1 : 0),
                side.latencyMs() + (latency ? view.latency() : 0), side.latencies() + (latency ? 1 : 0),
                side.unsafe() + (view.unsafe() == null ? 0 : 1));
    }
}
