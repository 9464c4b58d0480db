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
    private final StringBuilder refusal = new StringBuilder();
    private final List<ReplyEvent.Logprobs.Token> logprobs = new ArrayList<>();
    private final List<Called> calls = new ArrayList<>();
    private ReplyEvent.Finish.@Nullable Reason finish;
    private @Nullable Usage usage;
    private @Nullable WireBody original;
    private @Nullable String thoughtSignature;
    private int frames;
    private List<float[]> vectors = List.of();
    private boolean base64;

    /// A tool call whose arguments are complete once the answer is.
    static final class Called {
        final int index;
        final String name;
        final StringBuilder arguments = new StringBuilder();
        private final @Nullable String id;
        @Nullable
        String signature;

        Called(ReplyEvent.ToolCall first, String name) {
            this.index = first.index();
            this.name = name;
            this.id = first.id();
        }

        String id(ReplyHead head) {
            return callId(head, index, id);
        }

        /// A JSON object, also where the model gave no arguments.
        String json() {
            return arguments.isEmpty() ? "{}" : arguments.toString();
        }
    }

    /// The vendor's id of a call of a tool, or one that no other call of the conversation has.
    static String callId(ReplyHead head, int index, @Nullable String given) {
        return given == null || given.isEmpty() ? "call_" + head.id() + "_" + index : given;
    }

    /// Takes the next piece.
    public void add(ReplyEvent event) {
        switch (event) {
            case ReplyEvent.Text(String piece) -> text.append(piece);
            case ReplyEvent.Thinking(String piece) -> thinking.append(piece);
            case ReplyEvent.Refusal(String piece) -> refusal.append(piece);
            case ReplyEvent.Signature(String value, int toolCall) -> sign(value, toolCall);
            case ReplyEvent.Logprobs(List<ReplyEvent.Logprobs.Token> tokens) -> logprobs.addAll(tokens);
            case ReplyEvent.Ignored _ -> {
                // told in a header
            }
            case ReplyEvent.ToolCall call -> addCall(call);
            case ReplyEvent.Finish(ReplyEvent.Finish.Reason reason) -> finish = reason;
            case ReplyEvent.Accounting(Usage counted, long _) -> usage = counted;
            case ReplyEvent.Native(WireBody frame, List<ReplyEvent> meaning) -> {
                original = frames++ == 0 ? frame : null;
                meaning.forEach(this::add);
            }
        }
    }

    private void sign(String value, int toolCall) {
        if (toolCall == ReplyEvent.Signature.THOUGHTS) {
            thoughtSignature = value;
            return;
        }
        for (Called call : calls) {
            if (call.index == toolCall) {
                call.signature = value;
            }
        }
    }

    private void addCall(ReplyEvent.ToolCall piece) {
        String name = piece.name();
        if (name != null) {
            calls.add(new Called(piece, name));
        }
        for (Called call : calls.reversed()) {
            if (call.index == piece.index()) {
                call.arguments.append(piece.arguments());
                return;
            }
        }
    }

    /// Takes vectors, for a question that asks for them.
    public void add(List<float[]> answer, VectorQuestion question) {
        vectors = answer;
        base64 = question.base64();
    }

    /// One for each text; empty where words were asked for.
    List<float[]> vectors() {
        return vectors;
    }

    /// Whether the client wants them as Base64.
    boolean base64() {
        return base64;
    }

    String text() {
        return text.toString();
    }

    /// The words of the answer, as they may be told another model later; empty when it is not an answer in words: a refusal, one
    /// that a filter stopped, or one that calls tools.
    public String words() {
        boolean plain = refusal.isEmpty() && calls.isEmpty() && finish() != ReplyEvent.Finish.Reason.CONTENT_FILTER;
        return plain ? text.toString() : "";
    }

    /// The answer's words in another form, which says the same. What a vendor said of its own words is no longer told.
    public void restate(String other) {
        text.setLength(0);
        text.append(other);
        logprobs.clear();
        original = null;
    }

    /// All text, as far as it has come.
    public String said() {
        return text.toString();
    }

    /// Whether the model calls tools, so that it has not answered yet.
    public boolean callsTools() {
        return !calls.isEmpty();
    }

    /// Whether the model or a filter declined.
    public boolean declines() {
        return !refusal.isEmpty() || finish() == ReplyEvent.Finish.Reason.CONTENT_FILTER;
    }

    String thinking() {
        return thinking.toString();
    }

    /// The model's refusal in its own words; empty when it did not refuse.
    String refusal() {
        return refusal.toString();
    }

    /// What the vendor signed of its thoughts, or null.
    @Nullable
    String thoughtSignature() {
        return thoughtSignature;
    }

    /// The answer's tokens with their probabilities; empty when nobody asked.
    List<ReplyEvent.Logprobs.Token> logprobs() {
        return logprobs;
    }

    List<Called> calls() {
        return calls;
    }

    /// Why the model stopped. Some vendors say [ReplyEvent.Finish.Reason#STOP] when it calls a tool; an answer that was cut
    /// short stays one, for its last call may be incomplete.
    public ReplyEvent.Finish.Reason finish() {
        return reason(finish == null ? ReplyEvent.Finish.Reason.STOP : finish, !calls.isEmpty());
    }

    static ReplyEvent.Finish.Reason reason(ReplyEvent.Finish.Reason said, boolean called) {
        return called && said == ReplyEvent.Finish.Reason.STOP ? ReplyEvent.Finish.Reason.TOOL_CALLS : said;
    }

    /// Tokens, [Usage#NONE] when the vendor did not count.
    public Usage usage() {
        return usage == null ? Usage.NONE : usage;
    }

    /// The answer as it came, when it came in the client's own format and in one piece, or null.
    @Nullable
    WireBody original() {
        return original;
    }

    /// How many characters the answer has so far, to estimate its tokens where the vendor does not count.
    public int characters() {
        return text.length() + thinking.length() + refusal.length();
    }
}
