package dev.formulary.engine.dispatch;

import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.Usage;
import java.util.ArrayList;
import java.util.List;

/// What one call took in answers that came, whether or not they could be used.
///
/// @param tried all attempts, in order
/// @param usage tokens of all answers
/// @param costMicros what they cost in micro-dollars; -1 when a price is unknown
public record Spent(List<Tried> tried, Usage usage, long costMicros) {
    /// Nothing yet.
    public static final Spent NOTHING = new Spent(List.of(), Usage.NONE, 0);

    public Spent {
        tried = List.copyOf(tried);
    }

    /// Another answer, which can be used.
    public Spent used(Opened opened) {
        return with(opened, opened.tried());
    }

    /// Another answer, which can't be used.
    public Spent unusable(Opened opened) {
        var all = new ArrayList<>(opened.tried());
        Tried last = all.removeLast();
        all.add(new Tried(last.candidate(), FailureCategory.MALFORMED, "its answer does not follow the schema",
                last.ms(),
                FailureClass.MALFORMED));
        return with(opened, all);
    }

    /// More attempts, none of which was answered.
    public Spent failed(List<Tried> more) {
        return new Spent(joined(more), usage, costMicros);
    }

    private Spent with(Opened opened, List<Tried> more) {
        long cost = opened.costMicros();
        Usage both = tried.isEmpty() ? opened.usage() : LiveAnswer.sum(usage, opened.usage());
        return new Spent(joined(more), both,
                costMicros < 0 || cost < 0 ? -1 : costMicros + cost);
    }

    private List<Tried> joined(List<Tried> more) {
        var all = new ArrayList<>(tried);
        all.addAll(more);
        return all;
    }
}
