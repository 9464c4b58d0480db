package dev.formulary.engine.dispatch;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.engine.facts.StreamState;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import dev.formulary.spi.Usage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An answer that has begun: its first content is here. Read by one thread; whoever has it reads it to the end or closes
/// it, and either settles the attempt.
public final class Opened implements ReplyStream {
    private static final Logger LOG = LoggerFactory.getLogger(Opened.class);

    private final Permit permit;
    private final ReplyStream stream;
    private final Tally tally;
    private final StreamCourse course = new StreamCourse();
    private final Deque<ReplyEvent> held = new ArrayDeque<>();
    private Supplier<List<Tried>> before;
    private long restedNanos;
    private boolean ended;

    Opened(Permit permit, ReplyStream stream, Tally tally, List<Tried> before) {
        this.permit = permit;
        this.stream = stream;
        this.tally = tally;
        List<Tried> known = List.copyOf(before);
        this.before = () -> known;
        course.began();
    }

    /// Waits for the first content, holding back what comes before it.
    void awaitContent() throws ProviderException, InterruptedException {
        while (!tally.committed()) {
            ReplyEvent event = read();
            if (event == null) {
                return;
            }
            held.add(event);
        }
        permit.firstByte();
        course.content();
    }

    /// How far it has come.
    StreamState state() {
        return course.state();
    }

    Permit permit() {
        return permit;
    }

    /// Says what else was tried, beside this attempt, as far as it is known whenever somebody asks.
    void after(Supplier<List<Tried>> others) {
        before = others;
    }

    /// Who answers.
    public Candidate candidate() {
        return permit.candidate();
    }

    /// Whether the answer may be no longer than there is money for.
    public boolean shortOfMoney() {
        return permit.answerTokens() > 0;
    }

    /// What was tried, this attempt included.
    public List<Tried> tried() {
        var all = new ArrayList<>(before.get());
        all.add(permit.tried());
        return all;
    }

    /// What the caller asked for and the provider left out, by the caller's names.
    public Set<String> ignored() {
        return tally.ignored();
    }

    /// The vectors that were asked for; none where words were.
    public List<float[]> vectors() {
        return stream instanceof VectorStream answer ? answer.vectors() : List.of();
    }

    /// Tokens so far.
    public Usage usage() {
        return tally.usage();
    }

    /// When the first content came, a reading of [System#nanoTime].
    public long firstByteNanos() {
        return permit.firstByteNanos();
    }

    /// How long the gateway waited for the vendor before that, rests between attempts included, in nanoseconds.
    public long vendorNanos() {
        return permit.vendorNanos() + restedNanos;
    }

    /// Says how long the call rested before this attempt.
    void rested(long nanos) {
        restedNanos = nanos;
    }

    /// What the answer cost so far in micro-dollars; -1 when a price is unknown.
    public long costMicros() {
        return permit.cost(tally.usage());
    }

    @Override
    public @Nullable ReplyEvent next() throws ProviderException, InterruptedException {
        ReplyEvent first = held.poll();
        return first != null || ended ? first : read();
    }

    private @Nullable ReplyEvent read() throws ProviderException, InterruptedException {
        try {
            ReplyEvent event = nextOfVendor();
            if (event == null) {
                finish();
            } else {
                permit.answering();
                long toldBefore = tally.costMicros();
                tally.add(event);
                if (tally.costMicros() != toldBefore) {
                    permit.told(tally.costMicros());
                }
            }
            return event;
        } catch (ProviderException e) {
            throw failed(e);
        } catch (InterruptedException e) {
            if (!permit.attempt().overran()) {
                throw e;
            }
            throw failed(Permit.broken(e));
        } catch (RuntimeException | Error e) {
            throw failed(Permit.broken(e));
        }
    }

    private ProviderException failed(ProviderException e) {
        ProviderException why = permit.attempt().reason(e);
        fail(why);
        return why;
    }

    private @Nullable ReplyEvent nextOfVendor() throws ProviderException, InterruptedException {
        permit.attempt().enter();
        try {
            return stream.next();
        } finally {
            permit.attempt().leave();
        }
    }

    private void finish() throws ProviderException {
        if (!tally.finished()) {
            throw new ProviderException(FailureCategory.CUT, "the answer ended without saying why");
        }
        ended = true;
        course.complete();
        letGo();
        permit.succeed(tally.usage());
    }

    /// Lets go of an answer of which no more is wanted; it counts as complete.
    void enough() {
        if (!ended) {
            ended = true;
            letGo();
            permit.succeed(tally.usage());
        }
    }

    /// Ends the attempt with a failure, unless it has ended.
    void fail(ProviderException failure) {
        if (!ended) {
            ended = true;
            course.broke(permit.attempt().cancelled() ? FailureCategory.CANCELLED : failure.category());
            letGo();
            permit.fail(failure, tally.usage());
        }
    }

    /// What a plug-in does wrong here changes nothing for the call.
    private void letGo() {
        try {
            stream.close();
        } catch (RuntimeException | Error e) {
            LOG.debug("plug-in did not let go of an answer model={} cause={}", candidate().id(),
                    e.getClass().getName());
        }
    }

    /// Lets go of the vendor when the answer is not complete, and books what came.
    @Override
    public void close() {
        if (!ended) {
            ended = true;
            permit.attempt().cancel();
            letGo();
            permit.cancel(tally.usage());
        }
    }
}
