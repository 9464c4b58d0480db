package dev.formulary.simulator;

import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// An answer that comes token by token. The pace is kept by the clock, so waiting a little too long once is made up for.
final class PacedReply implements ReplyStream {
    private static final long FOR_EVER = TimeUnit.DAYS.toNanos(365);

    private final Iterator<ReplyEvent> unheeded;
    private final List<ReplyEvent> events;
    private final @Nullable Fault fault;
    private final int before;
    private final double nanosPerToken;
    private final Patience patience;
    private final long start = System.nanoTime();
    private int next;

    /// @param unheeded what is told before, which takes no time and is no part of the answer
    /// @param fault what goes wrong in the middle; null when nothing does
    PacedReply(List<ReplyEvent> unheeded, List<ReplyEvent> events, @Nullable Fault fault, double nanosPerToken,
            Patience patience) {
        this.unheeded = unheeded.iterator();
        this.events = events;
        this.fault = fault;
        this.before = fault == null ? Integer.MAX_VALUE : fault.eventsBefore(events.size());
        this.nanosPerToken = nanosPerToken;
        this.patience = patience;
    }

    @Override
    public @Nullable ReplyEvent next() throws ProviderException, InterruptedException {
        if (unheeded.hasNext()) {
            return unheeded.next();
        }
        if (next == events.size()) {
            return null;
        }
        ReplyEvent event = events.get(next);
        boolean token = !(event instanceof ReplyEvent.Finish || event instanceof ReplyEvent.Accounting);
        patience.awaitMoment(token ? start + (long) (next * nanosPerToken) : start);
        if (fault != null && next >= before) {
            if (fault.kind() == Fault.Kind.STALL) {
                patience.awaitMoment(System.nanoTime() + FOR_EVER);
            }
            throw fault.failure();
        }
        next++;
        return event;
    }

    @Override
    public void close() {
        patience.release();
    }
}
