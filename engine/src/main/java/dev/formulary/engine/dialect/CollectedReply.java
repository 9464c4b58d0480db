package dev.formulary.engine.dialect;

import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.Usage;
import dev.formulary.spi.WireBody;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Puts an answer together from its pieces. Not thread-safe.
public final class CollectedReply {
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder thinking = new StringBuilder();
    private final List<Called> calls = new ArrayList<>();
    private ReplyEvent.Finish.@Nullable Reason finish;
    private @Nullable Usage usage;
    private @Nullable WireBody original;

    /// A tool call whose arguments are complete once the answer is.
    static final class Called {
        final String id;
        final String name;
        final StringBuilder arguments = new StringBuilder();

        Called(String id, String name) {
            this.id = id;
            this.name = name;
        }

        /// A JSON object, also where the model gave no arguments.
        String json() {
            return arguments.isEmpty() ? "{}" : arguments.toString();
        }
    }

    /// Takes the next piece.
    public void add(ReplyEvent event) {
        switch (event) {
            case ReplyEvent.Text(String piece) -> text.append(piece);
            case ReplyEvent.Thinking(String piece) -> thinking.append(piece);
            case ReplyEvent.ToolCall call -> addCall(call);
            case ReplyEvent.Finish(ReplyEvent.Finish.Reason reason) -> finish = reason;
            case ReplyEvent.Accounting(Usage counted) -> usage = counted;
            case ReplyEvent.Native(WireBody frame, List<ReplyEvent> meaning) -> {
                original = frame;
                meaning.forEach(this::add);
            }
        }
    }

    private void addCall(ReplyEvent.ToolCall piece) {
        String name = piece.name();
        if (name != null) {
            String id = piece.id() == null || piece.id().isEmpty() ? "call_" + piece.index() : piece.id();
            calls.add(new Called(id, name));
        }
        if (!calls.isEmpty()) {
            calls.getLast().arguments.append(piece.arguments());
        }
    }

    String text() {
        return text.toString();
    }

    String thinking() {
        return thinking.toString();
    }

    List<Called> calls() {
        return calls;
    }

    /// Why the model stopped; a call of a tool counts as that, whatever the vendor says.
    public ReplyEvent.Finish.Reason finish() {
        if (!calls.isEmpty()) {
            return ReplyEvent.Finish.Reason.TOOL_CALLS;
        }
        return finish == null ? ReplyEvent.Finish.Reason.STOP : finish;
    }

    /// Tokens, [Usage#NONE] when the vendor did not count.
    public Usage usage() {
        return usage == null ? Usage.NONE : usage;
    }

    /// The last frame that came in the client's own format, or null.
    @Nullable
    WireBody original() {
        return original;
    }

    /// How many characters the answer has so far, to estimate its tokens where the vendor does not count.
    public int characters() {
        return text.length() + thinking.length();
    }
}
