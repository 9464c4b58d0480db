package dev.formulary.engine.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ReplyEvent.Logprobs.Token;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One item of an answer of `/v1/responses` while it grows. Not thread-safe.
abstract sealed class ResponseItem {
    static final String COMPLETED = "completed";
    static final String INCOMPLETE = "incomplete";
    static final String IN_PROGRESS = "in_progress";

    final int index;
    final String id;
    private boolean ended;

    private ResponseItem(String kind, ReplyHead head, int index) {
        this.index = index;
        this.id = kind + "_" + head.id() + "_" + index;
    }

    void end() {
        ended = true;
    }

    boolean ended() {
        return ended;
    }

    /// The item as far as it has come.
    abstract ObjectNode json(String status);

    /// The item as it is when it begins.
    abstract ObjectNode bare();

    ObjectNode node(String type, String status) {
        return Json.MAPPER.createObjectNode().put("id", id).put("type", type).put("status", status);
    }

    /// What the assistant says: words, or why it says none, or first the one and then the other.
    static final class Message extends ResponseItem {
        final StringBuilder text = new StringBuilder();
        final StringBuilder refusal = new StringBuilder();
        final List<Token> tokens = new ArrayList<>();
        /// Which kind of part came first; null when none has.
        private @Nullable Boolean wordsFirst;

        Message(ReplyHead head, int index) {
            super("msg", head, index);
        }

        /// A part of that kind is there.
        ///
        /// @return whether it is new
        boolean has(boolean words) {
            boolean known = words ? wordsPart() : refusalPart();
            if (wordsFirst == null) {
                wordsFirst = words;
            }
            return !known;
        }

        private boolean wordsPart() {
            return Boolean.TRUE.equals(wordsFirst) || !text.isEmpty() || !tokens.isEmpty();
        }

        private boolean refusalPart() {
            return Boolean.FALSE.equals(wordsFirst) || !refusal.isEmpty();
        }

        /// Whether there is a part of that kind.
        boolean present(boolean words) {
            return words ? wordsPart() : refusalPart();
        }

        /// Where the part of that kind stands.
        int at(boolean words) {
            return Boolean.valueOf(words).equals(wordsFirst) ? 0 : 1;
        }

        ObjectNode words() {
            ObjectNode part = Json.MAPPER.createObjectNode().put("type", "output_text").put("text", text.toString());
            part.putArray("annotations");
            part.set("logprobs", logprobs(tokens));
            return part;
        }

        ObjectNode refused() {
            return Json.MAPPER.createObjectNode().put("type", "refusal").put("refusal", refusal.toString());
        }

        @Override
        ObjectNode bare() {
            ObjectNode item = node("message", IN_PROGRESS).put("role", "assistant");
            item.putArray("content");
            return item;
        }

        @Override
        ObjectNode json(String status) {
            ObjectNode item = node("message", status).put("role", "assistant");
            ArrayNode content = item.putArray("content");
            if (wordsPart()) {
                content.add(words());
            }
            if (refusalPart()) {
                content.insert(at(false), refused());
            }
            return item;
        }

        static ArrayNode logprobs(List<Token> tokens) {
            ArrayNode all = Json.MAPPER.createArrayNode();
            for (Token token : tokens) {
                ArrayNode others = token(all.addObject(), token).putArray("top_logprobs");
                token.alternatives().forEach(other -> token(others.addObject(), other));
            }
            return all;
        }

        private static ObjectNode token(ObjectNode into, Token token) {
            into.put("token", token.text()).put("logprob", token.logprob());
            List<Integer> bytes = token.bytes();
            ArrayNode shown = into.putArray("bytes");
            if (bytes != null) {
                bytes.forEach(shown::add);
            }
            return into;
        }
    }

    /// What it thinks.
    static final class Reasoning extends ResponseItem {
        final StringBuilder text = new StringBuilder();
        final boolean summary;
        @Nullable
        String signature;

        /// @param summary whether the thoughts are told as a summary
        Reasoning(ReplyHead head, int index, boolean summary) {
            super("rs", head, index);
            this.summary = summary;
        }

        ObjectNode part(String words) {
            return Json.MAPPER.createObjectNode().put("type", summary ? "summary_text" : "reasoning_text")
                    .put("text", words);
        }

        @Override
        ObjectNode bare() {
            ObjectNode item = node("reasoning", IN_PROGRESS);
            item.putArray("summary");
            return item;
        }

        @Override
        ObjectNode json(String status) {
            ObjectNode item = node("reasoning", status);
            ArrayNode summaries = item.putArray("summary");
            if (!text.isEmpty()) {
                (summary ? summaries : item.putArray("content")).add(part(text.toString()));
            }
            if (signature != null) {
                item.put("encrypted_content", signature);
            }
            return item;
        }
    }

    /// A function that it calls.
    static final class Call extends ResponseItem {
        final int number;
        final String callId;
        final String name;
        final StringBuilder arguments = new StringBuilder();
        @Nullable
        String signature;

        /// @param number which of the parallel calls
        Call(ReplyHead head, int index, int number, @Nullable String callId, String name) {
            super("fc", head, index);
            this.number = number;
            this.callId = CollectedReply.callId(head, number, callId);
            this.name = name;
        }

        /// A JSON object, also where the model gave no arguments.
        String json() {
            return arguments.isEmpty() ? "{}" : arguments.toString();
        }

        /// Whether nothing can follow any more.
        boolean complete() {
            try {
                JsonNode value = Json.MAPPER.readTree(arguments.toString());
                return value != null && value.isObject();
            } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                return false;
            }
        }

        @Override
        ObjectNode bare() {
            return node("function_call", IN_PROGRESS).put("arguments", "").put("call_id", callId).put("name", name);
        }

        @Override
        ObjectNode json(String status) {
            return node("function_call", status).put("arguments", status.equals(COMPLETED)
                    ? json()
                    : arguments.toString()).put("call_id", callId).put("name", name);
        }
    }
}
