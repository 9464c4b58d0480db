package dev.formulary.wire;

import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An answer that has come as a whole, its body read to the end. Read by one thread.
public final class WholeReply implements ReplyStream {
    private final Iterator<ReplyEvent> events;

    /// Tells these events in this order.
    public WholeReply(List<ReplyEvent> events) {
        this.events = List.copyOf(events).iterator();
    }

    @Override
    public @Nullable ReplyEvent next() {
        return events.hasNext() ? events.next() : null;
    }

    @Override
    public void close() {
        // the connection went back when the body had been read
    }
}
