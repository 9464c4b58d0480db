package dev.formulary.engine.boot;

import dev.formulary.engine.dispatch.Account;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.store.Beginning;
import dev.formulary.engine.store.Booked;
import dev.formulary.engine.store.Ledger;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Usage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has the ledger book what the attempts of calls cost, with what was decided about them. Knows the decisions of calls that are
/// under way. Thread-safe; never throws.
final class Bookkeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Bookkeeping.class);

    private final Ledger ledger;
    private final String reference;
    private final Map<String, Grounds> underWay = new ConcurrentHashMap<>();

    /// @param reference with which model costs are compared, as in the settings
    Bookkeeping(Ledger ledger, String reference) {
        this.ledger = ledger;
        this.reference = reference;
    }

    void decided(Question question, Decision decision) {
        if (decision instanceof Decision.Allow allow) {
            underWay.put(question.call().id(), new Grounds(question, allow, reference));
        }
    }

    /// A call has ended.
    void completed(Call call) {
        underWay.remove(call.id());
    }

    /// A call gets an answer that was kept.
    ///
    /// @param model that had given it
    /// @param usage what it had
    void cached(Call call, String model, Usage usage) {
        Grounds grounds = underWay.get(call.id());
        if (grounds != null) {
            Candidate known = grounds.find(model);
            Candidate candidate = known == null ? gone(model) : known;
            safely(() -> ledger.cached(new Beginning(call, 0, candidate, grounds.rule(candidate), grounds.reference(),
                    0, true), usage));
        }
    }

    /// A model that is not there any more.
    private static Candidate gone(String id) {
        int slash = id.indexOf('/');
        return new Candidate(id, id.substring(0, Math.max(0, slash)), ModelCard.of(id.substring(slash + 1)),
                Candidate.Vitals.UNKNOWN);
    }

    Account account(Call call, Candidate candidate, long most) {
        Grounds grounds = underWay.get(call.id());
        try {
            return new Booking(ledger.begin(grounds == null
                    ? new Beginning(call, 1, candidate, "none", null, most, false)
                    : new Beginning(call, grounds.next(), candidate, grounds.rule(candidate), grounds.reference(), most,
                            true)));
        } catch (RuntimeException e) {
            LOG.error("an attempt is not booked call={} model={}", call.id(), candidate.id(), e);
            return Account.NONE;
        }
    }

    private static void safely(Runnable booking) {
        try {
            booking.run();
        } catch (RuntimeException e) {
            LOG.error("something is not booked", e);
        }
    }

    /// An attempt on its way into the ledger.
    private record Booking(Ledger.Entry entry) implements Account {
        @Override
        public void ended(@Nullable FailureCategory failure, Usage usage, long cost) {
            Booked state = switch (failure) {
                case null -> Booked.ANSWERED;
                case CANCELLED -> Booked.CANCELLED;
                default -> Booked.FAILED;
            };
            safely(() -> entry.ended(state, usage, cost));
        }

        @Override
        public void abandoned(long cost) {
            safely(() -> entry.ended(Booked.ABANDONED, Usage.NONE, cost));
        }
    }
}
