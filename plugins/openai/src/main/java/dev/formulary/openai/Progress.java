package dev.formulary.openai;

import dev.formulary.spi.ReplyEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How far one answer has come: what its frames share. Used by one thread.
final class Progress {
    private final ToolCallNumbers calls = new ToolCallNumbers();
    private final ReasoningDetails details = new ReasoningDetails();
    private boolean said;

    /// Whether the answer has words or calls.
    boolean said() {
        return said;
    }

    boolean called() {
        return calls.any();
    }

    ReasoningDetails details() {
        return details;
    }

    /// Notes that words have come.
    void speak() {
        said = true;
    }

    /// Adds a piece of a call to the events.
    void call(Piece piece, List<ReplyEvent> events) {
        said = true;
        String id = piece.id();
        int number = calls.number(piece.index(), id, piece.name());
        if (calls.isNew(number)) {
            calls.begin(piece.index(), id);
            events.add(new ReplyEvent.ToolCall(number, id == null ? "" : id, piece.name() == null ? "" : piece.name(),
                    calls.more(number, piece.arguments())));
        } else {
            events.add(new ReplyEvent.ToolCall(number, null, null, calls.more(number, piece.arguments())));
        }
        if (piece.signature() != null) {
            events.add(new ReplyEvent.Signature(Signatures.of(piece.signature()), number));
        }
    }

    /// A call, or more of one, as the vendor says it.
    ///
    /// @param index -1 when it says none
    /// @param signature what the vendor signed, or null
    record Piece(int index, @Nullable String id, @Nullable String name, String arguments,
            @Nullable String signature) {}
}
