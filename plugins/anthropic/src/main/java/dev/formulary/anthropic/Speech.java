package dev.formulary.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Finish.Reason;
import dev.formulary.spi.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What one answer says, block by block, whether it comes whole or in pieces. Used by one thread.
final class Speech {
    /// More than any model thinks; what is longer is told and not signed.
    private static final int LONGEST_THOUGHTS = 4 * 1024 * 1024;
    private static final int MOST_SIGNED = 256;
    private static final int LONGEST_JSON = 1024 * 1024;
    private static final int MOST_OPEN = 1024;

    private enum Kind {
        TEXT, CALL, ANSWER, THOUGHTS, OTHER
    }

    /// A block that has begun and not ended.
    private static final class Block {
        final Kind kind;
        final int call;
        final StringBuilder thoughts = new StringBuilder();
        final StringBuilder signature = new StringBuilder();
        boolean arguments;

        Block(Kind kind, int call) {
            this.kind = kind;
            this.call = call;
        }
    }

    private final @Nullable String answerTool;
    private final ThoughtMemory memory;
    private final UsageCounts counts = new UsageCounts();
    /// What is said though a tool was to be called; kept only then.
    private final StringBuilder beside = new StringBuilder();
    private final Map<Integer, Block> open = new TreeMap<>();
    private final List<ObjectNode> signed = new ArrayList<>();
    private List<ReplyEvent> said = new ArrayList<>();
    private int signedBeforeLastCall;
    private long signedCharacters;
    private int calls;
    private boolean answered;
    private @Nullable String stopReason;
    private String refusal = "";

    /// @param answerTool the tool whose input is the answer, or null
    Speech(@Nullable String answerTool, ThoughtMemory memory) {
        this.answerTool = answerTool;
        this.memory = memory;
    }

    /// What has been said since this was last asked.
    List<ReplyEvent> take() {
        List<ReplyEvent> taken = said;
        said = new ArrayList<>();
        return taken;
    }

    void usage(JsonNode usage) {
        counts.add(usage);
    }

    /// A block begins; one that comes whole has all its content here.
    void begin(int index, JsonNode content) throws ProviderException {
        end(index);
        if (open.size() >= MOST_OPEN) {
            throw new ProviderException(FailureCategory.MALFORMED, "the blocks of the vendor's answer do not end");
        }
        Block block = switch (content.path("type").asText()) {
            case "text" -> new Block(Kind.TEXT, 0);
            case "thinking" -> new Block(Kind.THOUGHTS, 0);
            case "tool_use" -> call(content);
            case "redacted_thinking" -> {
                sign(Thoughts.redacted(content.path("data").asText()));
                yield new Block(Kind.OTHER, 0);
            }
            default -> new Block(Kind.OTHER, 0);
        };
        open.put(index, block);
        text(block, content.path("text").asText(""));
        think(block, content.path("thinking").asText(""));
        block.signature.append(content.path("signature").asText(""));
        if (content.path("input").isObject() && !content.path("input").isEmpty()) {
            arguments(block, content.path("input").toString());
        }
    }

    private Block call(JsonNode content) throws ProviderException {
        String name = content.path("name").asText("");
        if (name.isEmpty()) {
            throw new ProviderException(FailureCategory.MALFORMED, "the vendor's answer calls a tool without a name");
        }
        if (name.equals(answerTool)) {
            answered = true;
            return new Block(Kind.ANSWER, 0);
        }
        String id = content.path("id").asText("");
        if (!id.isEmpty() && signed.size() > signedBeforeLastCall) {
            memory.keep(id, signed.subList(signedBeforeLastCall, signed.size()));
        }
        signedBeforeLastCall = signed.size();
        said.add(new ReplyEvent.ToolCall(calls, id, name, ""));
        return new Block(Kind.CALL, calls++);
    }

    /// More of a block.
    void add(int index, JsonNode delta) throws ProviderException {
        Block block = open.get(index);
        String type = delta.path("type").asText();
        if (block == null) {
            begin(index, unannounced(type));
            block = Objects.requireNonNull(open.get(index));
        }
        switch (type) {
            case "text_delta" -> text(block, delta.path("text").asText(""));
            case "thinking_delta" -> think(block, delta.path("thinking").asText(""));
            case "signature_delta" -> block.signature.append(delta.path("signature").asText(""));
            case "input_json_delta" -> arguments(block, delta.path("partial_json").asText(""));
            default -> {
                // a kind of content that nobody has asked for
            }
        }
    }

    /// Some servers do not say that a block begins.
    private static JsonNode unannounced(String type) throws ProviderException {
        return switch (type) {
            case "text_delta" -> Json.object("text");
            case "thinking_delta", "signature_delta" -> Json.object("thinking");
            case "input_json_delta" -> throw new ProviderException(FailureCategory.MALFORMED,
                    "the vendor's answer has arguments of a call that has not begun");
            default -> Json.object(type);
        };
    }

    private void text(Block block, String text) {
        if (block.kind == Kind.TEXT && !text.isEmpty()) {
            said.add(new ReplyEvent.Text(text));
            if (answerTool != null && beside.length() < LONGEST_JSON) {
                beside.append(text);
            }
        }
    }

    private void think(Block block, String thoughts) {
        if (block.kind == Kind.THOUGHTS && !thoughts.isEmpty()) {
            said.add(new ReplyEvent.Thinking(thoughts));
            if (block.thoughts.length() <= LONGEST_THOUGHTS) {
                block.thoughts.append(thoughts);
            }
        }
    }

    private void arguments(Block block, String json) {
        if (json.isEmpty()) {
            return;
        }
        block.arguments = true;
        if (block.kind == Kind.CALL) {
            said.add(new ReplyEvent.ToolCall(block.call, null, null, json));
        } else if (block.kind == Kind.ANSWER) {
            said.add(new ReplyEvent.Text(json));
        }
    }

    /// A block ends.
    void end(int index) {
        Block block = open.remove(index);
        if (block == null) {
            return;
        }
        if (block.kind == Kind.THOUGHTS && !block.signature.isEmpty()) {
            sign(Thoughts.plain(block.thoughts.toString(), block.signature.toString()));
        } else if (!block.arguments) {
            arguments(block, "{}");
        }
    }

    private void sign(ObjectNode block) {
        signedCharacters += block.path("thinking").asText().length() + block.path("signature").asText().length()
                + block.path("data").asText().length();
        if (signedCharacters <= LONGEST_THOUGHTS && signed.size() < MOST_SIGNED) {
            signed.add(block);
            said.add(new ReplyEvent.Signature(Thoughts.signature(signed), ReplyEvent.Signature.THOUGHTS));
        }
    }

    /// Why it stops.
    ///
    /// @param delta a message, or what has changed of it
    void stop(JsonNode delta) {
        JsonNode reason = delta.path("stop_reason");
        stopReason = reason.isTextual() ? reason.asText() : stopReason;
        refusal = delta.path("stop_details").path("explanation").asText(refusal);
    }

    /// All is said.
    ///
    /// @throws ProviderException when it is not said in the form that was asked for
    void finish() throws ProviderException {
        for (Integer index : List.copyOf(open.keySet())) {
            end(index);
        }
        Reason reason = reason();
        if (reason == Reason.STOP && answerTool != null && !answered && !Json.isObject(beside.toString())) {
            throw new ProviderException(FailureCategory.MALFORMED,
                    "the server did not call the tool that was forced upon it, so its answer is not the json asked for");
        }
        if (reason == Reason.CONTENT_FILTER && !refusal.isEmpty()) {
            said.add(new ReplyEvent.Refusal(refusal));
        }
        said.add(new ReplyEvent.Finish(reason));
        Usage usage = counts.usage();
        if (usage != null) {
            said.add(new ReplyEvent.Accounting(usage));
        }
    }

    private Reason reason() {
        Reason told = switch (stopReason) {
            case "max_tokens", "model_context_window_exceeded" -> Reason.LENGTH;
            case "refusal" -> Reason.CONTENT_FILTER;
            // end_turn, stop_sequence, pause_turn, and tool_use, which the calls tell
            case null, default -> Reason.STOP;
        };
        return told == Reason.STOP && calls > 0 ? Reason.TOOL_CALLS : told;
    }
}
