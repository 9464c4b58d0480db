package dev.formulary.testkit;

import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import dev.formulary.spi.Usage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All that one stream said, with what [ReplyEvent.Native] frames mean in place of the frames. Immutable.
///
/// @param events in the order in which they came
public record Answer(List<ReplyEvent> events) {
    public Answer {
        events = List.copyOf(events);
    }

    /// Reads a stream to its end and closes it.
    ///
    /// @throws ProviderException when the answer breaks off
    /// @throws InterruptedException when the thread is interrupted while waiting
    public static Answer read(ReplyStream stream) throws ProviderException, InterruptedException {
        return of(events(stream));
    }

    /// Reads a stream to its end as it comes, and closes it.
    ///
    /// @throws ProviderException when the answer breaks off
    /// @throws InterruptedException when the thread is interrupted while waiting
    public static List<ReplyEvent> events(ReplyStream stream) throws ProviderException, InterruptedException {
        var events = new ArrayList<ReplyEvent>();
        try (stream) {
            for (ReplyEvent event = stream.next(); event != null; event = stream.next()) {
                events.add(event);
            }
        }
        return events;
    }

    /// What these events mean.
    public static Answer of(List<ReplyEvent> events) {
        var meant = new ArrayList<ReplyEvent>();
        for (ReplyEvent event : events) {
            if (event instanceof ReplyEvent.Native(_, List<ReplyEvent> meaning)) {
                meant.addAll(meaning);
            } else {
                meant.add(event);
            }
        }
        return new Answer(meant);
    }

    /// The words of the answer.
    public String text() {
        var all = new StringBuilder();
        for (ReplyEvent event : events) {
            if (event instanceof ReplyEvent.Text(String text)) {
                all.append(text);
            }
        }
        return all.toString();
    }

    /// All reasons given for stopping; a proper answer has one.
    public List<ReplyEvent.Finish.Reason> finishes() {
        return events.stream().filter(ReplyEvent.Finish.class::isInstance).map(ReplyEvent.Finish.class::cast)
                .map(ReplyEvent.Finish::reason).toList();
    }

    /// The last count of tokens, or null when there was none.
    public @Nullable Usage usage() {
        Usage last = null;
        for (ReplyEvent event : events) {
            if (event instanceof ReplyEvent.Accounting(Usage usage, long _)) {
                last = usage;
            }
        }
        return last;
    }
}
