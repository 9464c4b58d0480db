package dev.formulary.engine.route;

import dev.formulary.engine.dispatch.DispatchException;
import dev.formulary.engine.dispatch.LiveAnswer;
import dev.formulary.engine.dispatch.Opened;
import dev.formulary.engine.dispatch.Spent;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Outcome.Status;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.engine.grid.CachedReply;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.Usage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Tells the journal what became of one call, once. The one that speaks first is heard.
final class Recording {
    private final Received received;
    private final Journal journal;
    private String cache = "bypass";
    private Runnable then = () -> {};
    private long overheadMicros;
    private String handedOver = "";
    private final AtomicBoolean told = new AtomicBoolean();

    Recording(Received received, Journal journal) {
        this.received = received;
        this.journal = journal;
    }

    /// What the cache had.
    ///
    /// @param word as in `X-Formulary-Cache`
    /// @param end run when the call has ended, one way or the other
    void found(String word, Runnable end) {
        cache = word;
        then = end;
    }

    /// What the model was told that answers and has taken over the session.
    void handedOver(String text) {
        handedOver = text;
    }

    void denied() {
        overheadMicros = sinceReceipt() / 1_000;
        tell(Status.DENIED, List.of(), Usage.NONE, 0);
    }

    /// No answer is needed; the model that would give one is there.
    void ready() {
        overheadMicros = sinceReceipt() / 1_000;
        tell(Status.ANSWERED, List.of(), Usage.NONE, 0);
    }

    /// The gateway stops, or has a fault of its own.
    void aborted() {
        tell(Status.FAILED, List.of(), Usage.NONE, 0);
    }

    void failed(DispatchException failure) {
        Status status = failure.category() == FailureCategory.CANCELLED ? Status.CLIENT_GONE : Status.FAILED;
        tell(status, failure.tried(), Usage.NONE, 0);
    }

    /// A whole answer is there.
    Map<String, String> answered(Map<String, String> headers, Opened opened) {
        begun(headers, opened);
        tell(Status.ANSWERED, opened.tried(), opened.usage(), opened.costMicros());
        return headers;
    }

    /// An answer is there that was checked.
    ///
    /// @param spent what it took with those before it that could not be used
    Map<String, String> checked(Map<String, String> headers, Opened opened, Spent spent) {
        begun(headers, opened, spent.tried());
        tell(Status.ANSWERED, spent.tried(), spent.usage(), spent.costMicros());
        return headers;
    }

    /// No answer could be used.
    void unusable(Spent spent) {
        tell(Status.FAILED, spent.tried(), spent.usage(), spent.costMicros());
    }

    /// The first of a stream is there.
    Map<String, String> begun(Map<String, String> headers, Opened opened) {
        return begun(headers, opened, opened.tried());
    }

    private Map<String, String> begun(Map<String, String> headers, Opened opened, List<Tried> all) {
        received.trace().answering();
        long vendor = opened.vendorNanos();
        for (Tried tried : all) {
            vendor += tried.failure() == null ? 0 : tried.ms() * 1_000_000;
        }
        overheadMicros = Math.max(0, (opened.firstByteNanos() - received.nanos() - vendor) / 1_000);
        headers.put("X-Formulary-Model", opened.candidate().id());
        headers.put("X-Formulary-Attempts", Integer.toString(all.size()));
        if (!opened.ignored().isEmpty()) {
            headers.put("X-Formulary-Ignored", Answers.headerList(opened.ignored()));
        }
        return finish(headers);
    }

    /// No model answered, but one had before.
    Map<String, String> stale(Map<String, String> headers, CachedReply kept, List<Tried> tried) {
        cache = "stale";
        overheadMicros = 0;
        headers.put("X-Formulary-Model", kept.model());
        headers.put("X-Formulary-Attempts", Integer.toString(tried.size()));
        journal.cached(received.call(), kept.model(), kept.origin().usage());
        tell(Status.CACHED, tried, Usage.NONE, 0);
        return finish(headers);
    }

    Map<String, String> cached(Map<String, String> headers, CachedReply kept) {
        overheadMicros = sinceReceipt() / 1_000;
        headers.put("X-Formulary-Model", kept.model());
        headers.put("X-Formulary-Attempts", "0");
        journal.cached(received.call(), kept.model(), kept.origin().usage());
        tell(Status.CACHED, List.of(), Usage.NONE, 0);
        return finish(headers);
    }

    private Map<String, String> finish(Map<String, String> headers) {
        headers.put("X-Formulary-Cache", cache);
        headers.put("X-Formulary-Overhead-Us", Long.toString(overheadMicros));
        return headers;
    }

    /// A stream has ended, one way or the other.
    void ended(Status status, LiveAnswer live) {
        tell(status, live.tried(), live.usage(), live.costMicros(), live.stream());
    }

    /// A call that was refused does not count; one that took no tokens gives back those that it held.
    private void settle(Status status, Usage usage, List<Tried> tried) {
        boolean throttled = !tried.isEmpty() && tried.getLast().failure() == FailureCategory.THROTTLED;
        if (status == Status.DENIED || (status == Status.FAILED && throttled)) {
            received.grant().giveBack();
        } else {
            received.grant().settle(usage.totalTokens());
        }
    }

    private void tell(Status status, List<Tried> tried, Usage usage, long cost) {
        boolean inVain = received.call().stream() && (status == Status.FAILED || status == Status.CLIENT_GONE);
        tell(status, tried, usage, cost, inVain ? Outcome.Stream.NONE : null);
    }

    private void tell(Status status, List<Tried> tried, Usage usage, long cost, Outcome.@Nullable Stream stream) {
        if (told.compareAndSet(false, true)) {
            settle(status, usage, tried);
            var outcome = new Outcome(status, tried, usage, cost, sinceReceipt() / 1_000_000, overheadMicros,
                    handedOver,
                    stream);
            journal.completed(received.call(), outcome, cache);
            received.trace().ended(outcome, cache);
            then.run();
        }
    }

    private long sinceReceipt() {
        return System.nanoTime() - received.nanos();
    }
}
