package dev.formulary.engine.admission;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.disk.SavedLines;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.spi.PriceStep;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Holds back the most that an attempt may cost before it begins, and books what it did cost after. Thread-safe.
///
/// What was spent outlives the process, however it ends. [#save] writes it to a file for people, which a loss of power sets
/// back to what the disk had.
public final class Budgets {
    private static final Logger LOG = LoggerFactory.getLogger(Budgets.class);
    /// Held for an answer whose length the caller does not limit.
    private static final int LIKELY_TOKENS = 4_096;
    /// One part of so many of a prompt's estimate by which the vendor may count more.
    private static final int SLACK = 4;
    private static final int MOST_WARNINGS = 100;

    private final List<Entry> entries = new ArrayList<>();
    private final SavedLines saved;
    private final Clock clock;
    private final LongAdder unbounded = new LongAdder();
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    private record Entry(Purse purse, Budget scope) {}

    /// @param file where what was spent is kept over a restart; without budgets nothing is
    public Budgets(List<Settings.BudgetEntry> budgets, Path file, Clock clock) {
        saved = new SavedLines(file, "budgets");
        this.clock = clock;
        LiveNumbers live = live(budgets, beside(file));
        for (Settings.BudgetEntry budget : budgets) {
            LiveNumbers.Row row = live.row(budget.id());
            tellHeld(budget.id(), Purse.heldAtDeath(row));
            var purse = new Purse(budget, clock.instant(), row);
            entries.add(new Entry(purse, purse.snapshot(clock.instant())));
        }
        if (!entries.isEmpty()) {
            restore();
        }
    }

    private static Path beside(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return file.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + ".live");
    }

    private static LiveNumbers live(List<Settings.BudgetEntry> budgets, Path file) {
        SequencedSet<String> ids = new LinkedHashSet<>();
        budgets.forEach(budget -> ids.add(budget.id()));
        try {
            return ids.isEmpty()
                    ? LiveNumbers.volatileOnly(ids, Purse.NUMBERS)
                    : LiveNumbers.open(file, ids, Purse.NUMBERS);
        } catch (IOException e) {
            LOG.error("a crash would lose what was spent in its last second file={} cause={}", file, e.toString());
            return LiveNumbers.volatileOnly(ids, Purse.NUMBERS);
        }
    }

    private static void tellHeld(String budget, long micros) {
        if (micros > 0) {
            LOG.warn("calls under way when the gateway died count as spent budget={} dollars={}", budget,
                    BigDecimal.valueOf(micros, 6).toPlainString());
        }
    }

    /// Money held for one attempt. It ends in exactly one call of [#settle].
    public final class Reservation {
        private final List<Purse> purses;
        private final long most;
        private final long micros;
        private boolean open = true;

        private Reservation(List<Purse> purses, long most) {
            this.purses = purses;
            this.most = most;
            micros = Math.max(0, most);
        }

        /// The most that the attempt may cost, in micro-dollars; -1 when a price is unknown.
        public long most() {
            return most;
        }

        /// Gives back what was held and books the cost in micro-dollars; 0 when nothing was spent. Later calls do nothing.
        public synchronized void settle(long cost) {
            if (open) {
                open = false;
                purses.forEach(purse -> purse.settle(micros, Math.max(0, cost), clock.instant()));
            }
        }
    }

    /// Holds back the upper bound of an attempt's cost, also when the vendor counts a quarter more tokens of the prompt than
    /// were estimated and its prices step up between. Where a price is unknown nothing can be held: the attempt passes
    /// until the budget is used up by others, is counted by [#unbounded], and is logged once a model.
    ///
    /// @param promptTokens tokens of the prompt, as estimated
    /// @param maxTokens the most tokens of the answer, 0 when not limited
    /// @return empty when a budget would be passed
    public Optional<Reservation> reserve(Call call, Candidate candidate, int promptTokens, int maxTokens) {
        long most = most(candidate, promptTokens, maxTokens > 0 ? maxTokens : LIKELY_TOKENS);
        Instant now = clock.instant();
        List<Purse> taken = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            if (entry.scope().counts(call) && entry.scope().counts(candidate)) {
                if (!entry.purse().reserve(most, now)) {
                    taken.forEach(purse -> purse.settle(Math.max(0, most), 0, now));
                    return Optional.empty();
                }
                taken.add(entry.purse());
            }
        }
        if (most < 0 && !taken.isEmpty()) {
            warn(candidate);
        }
        return Optional.of(new Reservation(taken, most));
    }

    /// Between two steps the longest prompt costs most, but a step may be cheaper than the one before.
    private static long most(Candidate candidate, int estimate, int answerTokens) {
        long longest = estimate + Math.ceilDiv((long) estimate, SLACK);
        long most = candidate.costMicros(longest, answerTokens);
        for (PriceStep step : candidate.card().classPrices().steps()) {
            if (step.above() >= estimate && step.above() < longest) {
                most = Math.max(most, candidate.costMicros(step.above(), answerTokens));
            }
        }
        return most;
    }

    private void warn(Candidate candidate) {
        unbounded.increment();
        if (warned.size() < MOST_WARNINGS && warned.add(candidate.id())) {
            LOG.warn("budgets can't bound a model of unknown price model={}", candidate.id());
        }
    }

    /// How many attempts began that no budget could bound because the model's price is unknown.
    public long unbounded() {
        return unbounded.sum();
    }

    /// All budgets as they are now.
    public List<Budget> snapshot() {
        Instant now = clock.instant();
        return entries.stream().map(entry -> entry.purse().snapshot(now)).toList();
    }

    /// Writes what was spent, unless nothing changed. Called on a timer and at the end, by one thread at a time.
    public void save() {
        saved.save(entries.stream().map(entry -> entry.purse().save())
                .map(each -> each.id() + "\t" + each.begin() + "\t" + each.spentMicros()).toList());
    }

    private void restore() {
        try {
            for (String line : saved.read()) {
                restore(line);
            }
        } catch (IOException | DateTimeException | IllegalArgumentException e) {
            throw new IllegalStateException("the file " + saved.file() + " can't be read: " + reason(e)
                    + "; mend it, or remove it to begin with nothing spent", e);
        }
    }

    private static String reason(Exception e) {
        return e instanceof CharacterCodingException ? "it is not UTF-8" : String.valueOf(e.getMessage());
    }

    private void restore(String line) {
        List<String> fields = SavedLines.fields(line, 3);
        if (fields.get(2).startsWith("-")) {
            throw new IllegalArgumentException("the budget '" + fields.get(0) + "' has spent less than nothing");
        }
        var saved = new Purse.Saved(fields.get(0), fields.get(1), Long.parseLong(fields.get(2)));
        for (Entry entry : entries) {
            if (entry.purse().id().equals(saved.id())) {
                entry.purse().restore(saved, clock.instant());
            }
        }
    }
}
