package dev.formulary.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Finish;
import dev.formulary.spi.ReplyEvent.Logprobs;
import dev.formulary.spi.ReplyEvent.Signature;
import dev.formulary.spi.ReplyEvent.Text;
import dev.formulary.spi.ReplyEvent.Thinking;
import dev.formulary.spi.ReplyEvent.ToolCall;
import dev.formulary.spi.Usage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What one answer says, frame by frame; a whole answer is one frame. Of several candidates only the first is read. Not
/// thread-safe.
///
/// Some models name a reason for stopping in each frame, and all count in each: both are told at the end.
final class AnswerReader {
    private final Signatures memory;
    private final ErrorBody errors;
    private final boolean oneCallOnly;
    private final Set<String> callIds = new HashSet<>();
    private List<ReplyEvent> events = new ArrayList<>();
    private Finish.@Nullable Reason finish;
    private @Nullable Usage usage;
    private boolean answered;
    private int calls;

    /// @param oneCallOnly whether all calls of tools but the first are left out, as the caller asked
    AnswerReader(Signatures memory, ErrorBody errors, boolean oneCallOnly) {
        this.memory = memory;
        this.errors = errors;
        this.oneCallOnly = oneCallOnly;
    }

    /// Reads the next frame.
    ///
    /// @return what it adds, without [Finish] and [ReplyEvent.Accounting]
    /// @throws ProviderException when it is no answer, or says why there will be none
    List<ReplyEvent> read(JsonNode frame) throws ProviderException {
        if (frame.isArray()) {
            for (JsonNode each : frame) {
                object(each);
            }
        } else {
            object(frame);
        }
        List<ReplyEvent> all = events;
        events = new ArrayList<>();
        return all;
    }

    /// Whether the vendor has said why it stopped.
    boolean finished() {
        return finish != null;
    }

    /// What is told once nothing more comes.
    ///
    /// @param whole whether the answer came in one piece; such a one may leave the reason out
    /// @throws ProviderException when the answer is not complete
    List<ReplyEvent> end(boolean whole) throws ProviderException {
        Finish.Reason reason = finish == null && whole && answered ? Finish.Reason.STOP : finish;
        if (reason == null) {
            throw whole
                    ? new ProviderException(FailureCategory.MALFORMED, "the vendor's answer holds no candidate")
                    : new ProviderException(FailureCategory.CUT, "the stream ended before the answer was complete");
        }
        var last = new ArrayList<ReplyEvent>();
        last.add(new Finish(reason == Finish.Reason.STOP && calls > 0 ? Finish.Reason.TOOL_CALLS : reason));
        if (usage != null) {
            last.add(new ReplyEvent.Accounting(usage));
        }
        return last;
    }

    private void object(JsonNode frame) throws ProviderException {
        if (!frame.isObject()) {
            throw Json.malformed();
        }
        if (frame.hasNonNull("error")) {
            throw errors.insteadOfAnAnswer(frame);
        }
        String blocked = frame.path("promptFeedback").path("blockReason").asText("");
        if (!blocked.isEmpty() && !blocked.equals("BLOCKED_REASON_UNSPECIFIED")) {
            finish = Finish.Reason.CONTENT_FILTER;
        }
        for (JsonNode candidate : frame.path("candidates")) {
            if (Json.count(candidate.path("index")) == 0) {
                candidate(candidate);
                break;
            }
        }
        if (frame.path("usageMetadata").isObject()) {
            usage = Counts.of(frame.path("usageMetadata"));
        }
    }

    private void candidate(JsonNode candidate) throws ProviderException {
        answered = true;
        for (JsonNode part : candidate.path("content").path("parts")) {
            part(part);
        }
        List<Logprobs.Token> tokens = Probabilities.of(candidate.path("logprobsResult"));
        if (!tokens.isEmpty()) {
            events.add(new Logprobs(tokens));
        }
        String reason = candidate.path("finishReason").asText("");
        if (!reason.isEmpty() && !reason.equals("FINISH_REASON_UNSPECIFIED")) {
            finish = FinishReasons.of(reason);
        }
    }

    private void part(JsonNode part) throws ProviderException {
        String signature = part.path("thoughtSignature").asText("");
        if (part.path("functionCall").isObject()) {
            call(part.path("functionCall"), signature);
            return;
        }
        if (part.hasNonNull("inlineData") || part.hasNonNull("fileData")) {
            throw new ProviderException(FailureCategory.UNSUPPORTED,
                    "the model answers with a picture or with sound, and only words can be passed on");
        }
        String text = part.path("text").asText("");
        if (!text.isEmpty()) {
            events.add(part.path("thought").asBoolean() ? new Thinking(text) : new Text(text));
        }
        if (!signature.isEmpty()) {
            events.add(new Signature(Signatures.outward(signature), Signature.THOUGHTS));
        }
    }

    private void call(JsonNode call, String signature) throws ProviderException {
        if (oneCallOnly && calls > 0) {
            return;
        }
        if (call.has("partialArgs") || call.path("willContinue").asBoolean()) {
            throw new ProviderException(FailureCategory.UNSUPPORTED,
                    "the arguments of a tool call come in pieces, which only another service of the vendor does");
        }
        JsonNode arguments = call.path("args");
        boolean none = arguments.isMissingNode() || arguments.isNull();
        String name = call.path("name").asText("");
        if (name.isEmpty() || (!none && !arguments.isObject())) {
            throw new ProviderException(FailureCategory.MALFORMED,
                    "the model calls a tool without a name, or with arguments that are no object");
        }
        String id = call.path("id").asText("");
        if (id.isEmpty() || !callIds.add(id)) {
            id = CallIds.next();
        }
        events.add(new ToolCall(calls, id, name, none ? "{}" : arguments.toString()));
        if (!signature.isEmpty()) {
            memory.remember(id, signature);
            events.add(new Signature(Signatures.outward(signature), calls));
        }
        calls++;
    }
}
