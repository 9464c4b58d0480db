package dev.formulary.engine.admission;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.disk.SavedLines;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Modality;
import dev.formulary.spi.Capability;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Holds back the most that an attempt may cost before it begins, and books what it did cost after. Thread-safe.
///
/// What was spent outlives the process, however it ends. [#save] writes it to a file for people, which a loss of power sets
/// back to what the disk had. Nodes of a cluster have budgets together; what a node held that died counts as spent.
public final class Budgets {
    private static final Logger LOG = LoggerFactory.getLogger(Budgets.class);
    /// Held for an answer whose length nobody limits, where that only serves to know.
    private static final int LIKELY_TOKENS = 4_096;
    /// Others may take what is left before it is held.
    private static final int TRIES = 3;
    /// One part of so many of a prompt's estimate by which the vendor may count more.
    private static final int SLACK = 4;
    private static final int MOST_WARNINGS = 100;
    /// A call that has not ended so long after its deadline never will.
    static final Duration ORPHANED = Duration.ofMinutes(1);
    private static final Duration LONGEST_CALL = Duration.ofDays(1);

    private final Purses purses;
    private final SavedLines saved;
    private final Clock clock;
    private final AtomicLong latest = new AtomicLong();
    private final LongAdder unbounded = new LongAdder();
    private final LongAdder orphans = new LongAdder();
    private final Set<String> warned = ConcurrentHashMap.newKeySet();
    private final Set<Reservation> open = ConcurrentHashMap.newKeySet();

    /// @param file where what was spent is kept over a restart; without budgets nothing is
    public Budgets(List<Settings.BudgetEntry> budgets, Path file, Clock clock) {
        this(budgets, file, clock, null);
    }

    /// The same, shared with other nodes; their clocks must agree.
    ///
    /// @param others null for none
    public Budgets(List<Settings.BudgetEntry> budgets, Path file, Clock clock, Window.@Nullable Shared others) {
        saved = new SavedLines(file, "budgets");
        this.clock = clock;
        purses = new Purses(budgets, beside(file), this::millis, others);
        if (!purses.none()) {
            restore();
        }
    }

    private static Path beside(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return file.resolveSibling(dot < 0 ? name + ".live" : name.substring(0, dot));
    }

    /// A clock that is put back does not bring back a period that is over.
    private long millis() {
        return latest.accumulateAndGet(clock.millis(), Math::max);
    }

    /// Money held for one attempt. It ends in exactly one call of [#settle]; where none comes, what it held counts as spent a
    /// while after the call's deadline.
    public final class Reservation {
        private final List<Purse.Held> held;
        private final long most;
        private final int answerTokens;
        private final long expires;
        private boolean settled;
        private boolean kept;

        private Reservation(List<Purse.Held> held, long most, int answerTokens, long expires) {
            this.held = held;
            this.most = most;
            this.answerTokens = answerTokens;
            this.expires = expires;
        }

        /// The most that the attempt may cost, in micro-dollars; -1 when a price is unknown.
        public long most() {
            return most;
        }

        /// How many tokens the answer may have for that; 0 where the caller or policy has said it, or it is not limited.
        public int answerTokens() {
            return answerTokens;
        }

        /// Gives back what was held and books the cost in micro-dollars; 0 when nothing was spent. Later calls do nothing.
        public synchronized void settle(long cost) {
            if (!settled) {
                settled = true;
                open.remove(this);
                held.forEach(each -> each.purse().settle(each, Math.max(0, cost), kept));
            }
        }

        private synchronized void orphaned() {
            if (!settled && !kept) {
                kept = true;
                orphans.increment();
                held.forEach(each -> each.purse().keep(each));
            }
        }
    }

    /// Like [#hold], for words alone, and for those who need not know why not.
    ///
    /// @return empty when a budget would be passed
    public Optional<Reservation> reserve(Call call, Candidate candidate, int promptTokens, int maxTokens) {
        try {
            return Optional.of(hold(call, candidate, promptTokens, maxTokens, Set.of()));
        } catch (BudgetReachedException e) {
            return Optional.empty();
        }
    }

    /// Holds back the upper bound of an attempt's cost, also when the vendor counts a quarter more tokens of the prompt than
    /// were estimated, its prices step up between, and all of the prompt goes into its cache or the answer is spoken. Where
    /// nobody says how long the answer may be, and a hard budget has not enough left for any, it is limited. Where a price is
    /// unknown nothing can be held: the attempt passes until the budget is used up by others, is counted by [#unbounded], and is
    /// logged once a model. Nodes of a cluster may wait for each other.
    ///
    /// @param promptTokens tokens of the prompt, as estimated
    /// @param maxTokens the most tokens of the answer, 0 when not limited
    /// @param content what the prompt consists of; pictures and sound may be dearer than words
    /// @throws BudgetReachedException when a hard budget might be passed
    public Reservation hold(Call call, Candidate candidate, int promptTokens, int maxTokens, Set<Modality> content)
            throws BudgetReachedException {
        IntToLongFunction most = tokens -> most(candidate, promptTokens, tokens, content);
        List<Purse> applying = purses.applying(call, candidate);
        if (maxTokens > 0) {
            return held(applying, call, candidate, most.applyAsLong(maxTokens), 0);
        }
        if (applying.stream().noneMatch(Purse::hard)) {
            return held(applying, call, candidate, most.applyAsLong(LIKELY_TOKENS), 0);
        }
        AnswerRoom.Room room = room(applying, candidate, most);
        for (int tries = 1;; tries++) {
            try {
                return held(applying, call, candidate, most.applyAsLong(room.tokens()),
                        room.limited() ? room.tokens() : 0);
            } catch (BudgetReachedException e) {
                room = room(applying, candidate, most);
                if (tries == TRIES || e.apart() || !room.payable()) {
                    throw e;
                }
            }
        }
    }

    private static AnswerRoom.Room room(List<Purse> applying, Candidate candidate, IntToLongFunction most) {
        long left = applying.stream().filter(Purse::hard).mapToLong(Purse::left).min().orElseThrow();
        return AnswerRoom.of(left, candidate.card().contextTokens(), most);
    }

    private Reservation held(List<Purse> applying, Call call, Candidate candidate, long most, int answerTokens)
            throws BudgetReachedException {
        List<Purse.Held> taken = new ArrayList<>(applying.size());
        try {
            for (Purse purse : applying) {
                taken.add(purse.reserve(most));
            }
        } catch (BudgetReachedException e) {
            taken.forEach(each -> each.purse().settle(each, 0, false));
            throw e;
        }
        if (most < 0 && !taken.isEmpty()) {
            warn(candidate);
        }
        var reservation = new Reservation(taken, most, answerTokens, millis() + ORPHANED.toMillis()
                + Math.clamp(call.deadlineMs(), 0, LONGEST_CALL.toMillis()));
        if (!taken.isEmpty()) {
            open.add(reservation);
        }
        return reservation;
    }

    private static long most(Candidate candidate, int estimate, int answerTokens, Set<Modality> content) {
        var brought = EnumSet.noneOf(Capability.class);
        for (Modality each : content) {
            switch (each) {
                case TEXT -> {
                    // costs what plain tokens do
                }
                case IMAGE -> brought.add(Capability.VISION);
                case AUDIO -> brought.add(Capability.AUDIO);
                // whatever is in there
                case FILE -> brought.addAll(Set.of(Capability.VISION, Capability.AUDIO));
            }
        }
        return candidate.card().mostMicros(estimate + Math.ceilDiv((long) estimate, SLACK), answerTokens, brought);
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

    /// How many attempts never ended, so that what they held counts as spent.
    public long orphans() {
        return orphans.sum();
    }

    /// All budgets as they are now.
    public List<Budget> snapshot() {
        return purses.all().stream().map(Purse::snapshot).toList();
    }

    /// Looks for attempts that never ended, tells of steps that were reached, and writes what was spent, unless nothing changed.
    /// Called on a timer and at the end, by one thread at a time.
    public void save() {
        expire();
        var lines = new ArrayList<String>();
        for (Purse purse : purses.all()) {
            Budget now = purse.counted();
            double step = purse.newStep(now);
            if (step > 0) {
                LOG.warn("budget at {} % budget={} dollars={} of={}", Math.round(step * 100), purse.id(),
                        Dollars.of(now.spent() + now.reserved()), Dollars.of(now.limit()));
            }
            purse.saved(now).forEach(each -> lines.add(each.id() + "\t" + each.begin() + "\t" + each.spentMicros()));
        }
        saved.save(lines);
    }

    private void expire() {
        long now = millis();
        long before = orphans.sum();
        open.removeIf(each -> {
            boolean orphan = each.expires < now;
            if (orphan) {
                each.orphaned();
            }
            return orphan;
        });
        long more = orphans.sum() - before;
        if (more > 0) {
            LOG.warn("attempts that never ended count as spent attempts={}", more);
        }
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
        var before = new Purse.Saved(fields.get(0), fields.get(1), Long.parseLong(fields.get(2)));
        Purse purse = purses.find(before.id());
        java.time.Instant.parse(before.begin());
        if (purse != null) {
            purse.restore(before);
        }
    }
}
