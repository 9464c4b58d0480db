package dev.formulary.engine.dispatch;

import dev.formulary.engine.admission.Turn;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.Usage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// All that one attempt holds: the provider on loan, a place at the breaker and one at the provider, money and limits held back. It ends
/// in exactly one of success, failure or cancellation, which gives everything back.
final class Permit {
    /// For how long a vendor is left in peace that wants fewer calls and does not say until when.
    static final Duration SHORT_WAIT = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration TIMER_SLACK = Duration.ofMillis(100);

    private final Candidate candidate;
    private final ProviderDirectory.Loan loan;
    private final Guard guard;
    private final Holdings holdings;
    private final Turn turn;
    private final RunningAttempt attempt;
    private final Witness witness;
    private final long begun = System.nanoTime();
    private long firstByte;
    private boolean ended;
    private boolean abandoned;
    private boolean answering;
    private long told = -1;
    private @Nullable FailureClass failure;
    private String message = "";
    private long tookNanos = -1;
    private long booked;
    private Usage counted = Usage.NONE;

    Permit(Candidate candidate, ProviderDirectory.Loan loan, Guard guard, Holdings holdings,
            Turn turn, RunningAttempt attempt, Witness witness) {
        this.candidate = candidate;
        this.loan = loan;
        this.guard = guard;
        this.holdings = holdings;
        this.turn = turn;
        this.attempt = attempt;
        this.witness = witness;
        witness.begun();
    }

    Candidate candidate() {
        return candidate;
    }

    Provider provider() {
        return loan.provider();
    }

    /// How long the answer may be for the money that is held for it, in tokens; 0 where that sets no limit.
    int answerTokens() {
        return holdings.money().answerTokens();
    }

    RunningAttempt attempt() {
        return attempt;
    }

    /// Something of an answer has come, if only its frame.
    synchronized void answering() {
        answering = true;
    }

    void firstByte() {
        if (firstByte == 0) {
            firstByte = System.nanoTime();
            guard.began();
            witness.firstByte(firstByte - begun);
        }
    }

    long firstByteNanos() {
        return firstByte == 0 ? System.nanoTime() : firstByte;
    }

    long vendorNanos() {
        return firstByteNanos() - begun;
    }

    /// The vendor says what the answer cost so far.
    ///
    /// @param micros -1 when it does not
    synchronized void told(long micros) {
        told = micros;
    }

    /// What the vendor says, or else what the prices of the model make of the tokens.
    synchronized long cost(Usage usage) {
        return told >= 0 ? told : candidate.costMicros(usage);
    }

    synchronized Tried tried() {
        long nanos = tookNanos >= 0 ? tookNanos : System.nanoTime() - begun;
        return new Tried(candidate.id(), failure == null ? null : failure.category(), message, nanos / 1_000_000,
                failure);
    }

    /// A plug-in that throws what it must not. Its own message may hold anything, so it is not passed on; the place tells its
    /// author enough.
    static ProviderException broken(Throwable cause) {
        StackTraceElement[] trace = cause.getStackTrace();
        String place = trace.length == 0 ? "" : " at " + trace[0];
        return new ProviderException(FailureCategory.SERVER,
                "the plug-in failed with " + cause.getClass().getName() + place, 0, null, cause);
    }

    synchronized void succeed(Usage usage) {
        if (!cameBack()) {
            book(null, usage, cost(usage));
            end(null);
            // an answer may be long, so what counts as slow is when it began
            guard.success(vendorNanos());
        }
    }

    synchronized void cancel(Usage usage) {
        if (!cameBack()) {
            message = "the caller has gone";
            book(FailureCategory.CANCELLED, usage, told > 0 || usage.completionTokens() > 0 ? cost(usage) : 0);
            end(FailureClass.CANCELLED);
            guard.release();
        }
    }

    /// The plug-in does not come back: all is settled without it. Only the loan stays until it does, as code that is lent
    /// must not be closed. Called by another thread than the attempt's.
    ///
    /// @return false when the attempt has ended
    synchronized boolean abandon(ProviderException why) {
        if (ended) {
            return false;
        }
        abandoned = true;
        message = String.valueOf(why.getMessage());
        holdings.abandon(told);
        end(kind(why));
        guard.error(tookNanos, why);
        return true;
    }

    /// Whether the attempt was settled without its thread, which is back now.
    private boolean cameBack() {
        if (abandoned) {
            loan.close();
        }
        return abandoned;
    }

    /// Only what is the model's own fault counts against it.
    synchronized void fail(ProviderException why, Usage usage) {
        if (cameBack() || ended) {
            return;
        }
        message = String.valueOf(why.getMessage());
        FailureClass kind = kind(why);
        book(kind.category(), usage, told > 0 || usage.completionTokens() > 0 ? cost(usage) : 0);
        end(kind);
        switch (kind.category()) {
            case TIMEOUT -> {
                if (impatient()) {
                    guard.release();
                } else {
                    guard.error(tookNanos, why);
                }
            }
            case QUOTA -> {
                guard.error(tookNanos, why);
                why.retryAfter().ifPresent(witness::throttled);
            }
            case CONNECT, AUTH, MALFORMED, CUT, SERVER, CONFIGURATION, UNKNOWN_MODEL ->
                guard.error(tookNanos, why);
            case THROTTLED -> {
                guard.release();
                why.retryAfter().ifPresent(holdings.grant()::rest);
                witness.throttled(why.retryAfter().orElse(SHORT_WAIT));
            }
            case CANCELLED, UNSUPPORTED -> guard.release();
            case REFUSED, INVALID_REQUEST, CONTEXT_OVERFLOW -> guard.success(tookNanos);
        }
    }

    private void book(@Nullable FailureCategory why, Usage usage, long micros) {
        booked = micros;
        counted = usage;
        holdings.settle(why, usage, micros);
    }

    /// What it cost that came of its answer, in micro-dollars; -1 when nobody knows, as where nothing has come: the vendor may
    /// charge for the question all the same, unless the model is free.
    synchronized long vainMicros() {
        return booked > 0 ? booked : candidate.costMicros(1, 1) == 0 ? 0 : -1;
    }

    private FailureClass kind(ProviderException why) {
        return attempt.cancelled()
                ? FailureClass.CANCELLED
                : Failures.of(why, answering,
                        abandoned || attempt.overran() || !attempt.remaining().isPositive());
    }

    /// A caller with little time must not be able to close a model for everybody, whether he leaves it all or half of that.
    /// Timers are late or early by a little.
    private boolean impatient() {
        return tookNanos < PATIENCE.toNanos()
                && (attempt.hurried() || attempt.remaining().compareTo(TIMER_SLACK) < 0);
    }

    private void end(@Nullable FailureClass kind) {
        if (ended) {
            throw new IllegalStateException("the attempt has ended already");
        }
        ended = true;
        failure = kind;
        tookNanos = System.nanoTime() - begun;
        attempt.end();
        if (!abandoned) {
            loan.close();
        }
        settle(kind);
        witness.ended(kind, counted, counted.equals(Usage.NONE) ? -1 : booked, firstByte == 0 ? -1 : firstByte - begun,
                tookNanos);
    }

    /// Only what the provider's load may have caused teaches how much it can take.
    private void settle(@Nullable FailureClass kind) {
        switch (kind) {
            case null -> turn.answered(Math.max(1, vendorNanos()));
            case THROTTLED -> turn.dropped(Math.max(1, tookNanos));
            default -> turn.ignored();
        }
    }
}
