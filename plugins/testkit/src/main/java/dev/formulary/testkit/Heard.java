package dev.formulary.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was understood of an answer until it ended or broke off.
///
/// @param failure why it broke off, or null
public record Heard(List<ReplyEvent> events, @Nullable FailureCategory failure) {
    public Heard {
        events = List.copyOf(events);
    }

    /// Begins an answer.
    @FunctionalInterface
    public interface Opening {
        /// @throws ProviderException as [dev.formulary.spi.Provider#chat]
        ReplyStream open() throws ProviderException;
    }

    /// Reads an answer as far as it goes, and closes it.
    ///
    /// @throws InterruptedException when the thread is interrupted while waiting
    public static Heard of(Opening opening) throws InterruptedException {
        var events = new ArrayList<ReplyEvent>();
        try (ReplyStream reply = opening.open()) {
            for (ReplyEvent event = reply.next(); event != null; event = reply.next()) {
                events.add(event);
            }
            assertThat(reply.next()).as("what comes behind the end").isNull();
            return new Heard(events, null);
        } catch (ProviderException e) {
            assertThat(e.getMessage()).as("a message for people").isNotBlank().doesNotContain("\n");
            return new Heard(events, e.category());
        }
    }

    /// One event a line, and at the end `!` with the category of a failure.
    public List<String> lines() {
        var lines = new ArrayList<>(events.stream().map(ReplyEvent::toString).toList());
        if (failure != null) {
            lines.add("! " + failure);
        }
        return lines;
    }
}
