package dev.formulary.simulator;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An answer that comes token by token. The pace is kept by the clock, so waiting a little too long once is made up for.
final class PacedReply implements ReplyStream {
    private final List<ReplyEvent> events;
    private final int cutAfter;
    private final double nanosPerToken;
    private final Patience patience;
    private final long start = System.nanoTime();
    private int next;

    /// @param cutAfter how many events come before the answer breaks off; [Integer#MAX_VALUE] for an answer that does not
    PacedReply(List<ReplyEvent> events, int cutAfter, double nanosPerToken, Patience patience) {
        this.events = events;
        this.cutAfter = cutAfter;
        this.nanosPerToken = nanosPerToken;
        this.patience = patience;
    }

    @Override
    public @Nullable ReplyEvent next() throws ProviderException, InterruptedException {
        if (next == events.size()) {
            return null;
        }
        ReplyEvent event = events.get(next);
        boolean token = !(event instanceof ReplyEvent.Finish || event instanceof ReplyEvent.Accounting);
        patience.awaitMoment(token ? start + (long) (next * nanosPerToken) : start);
        if (next >= cutAfter) {
            throw new ProviderException(FailureCategory.CUT, "the simulator was told to break off");
        }
        next++;
        return event;
    }

    @Override
    public void close() {
        patience.release();
    }
}
