package dev.formulary.ollama;

import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Image;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Text;
import dev.formulary.spi.ChatRequest.Tool;
import dev.formulary.spi.ChatRequest.ToolCall;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Chooses how much context Ollama is to reserve, in steps, so that a long prompt is not cut and a short one does not
/// take the memory of a long one. A model that is asked for another size is loaded anew, so a size once chosen is not
/// made smaller again. Thread-safe.
final class ContextSize {
    private static final int SMALLEST = 2048;
    private static final int TOKENS_OF_AN_IMAGE = 1024;
    private static final int TOKENS_OF_AN_ANSWER = 1024;
    private static final int TOKENS_AROUND_A_MESSAGE = 8;
    /// Few languages need more tokens than one for three bytes.
    private static final int BYTES_OF_A_TOKEN = 3;

    private final int max;
    private final Map<String, Integer> chosen = new ConcurrentHashMap<>();

    /// @param max the most tokens, or 0 for as many as the model can
    ContextSize(int max) {
        this.max = max;
    }

    /// @param modelMax what the model can, or 0 when unknown
    /// @return `num_ctx`
    int of(ChatRequest request, int modelMax) {
        int limit = modelMax > 0 && max > 0 ? Math.min(modelMax, max) : Math.max(modelMax, max);
        Integer asked = request.sampling().contextTokens();
        if (asked != null) {
            return limit > 0 ? Math.min(asked, limit) : asked;
        }
        long needed = tokens(request);
        long size = SMALLEST;
        while (size < needed && size < (1 << 24)) {
            size *= 2;
        }
        int wanted = (int) (limit > 0 ? Math.min(size, limit) : size);
        return chosen.merge(request.model(), wanted, Math::max);
    }

    /// The size with which a model is best loaded before anybody asks it.
    ///
    /// @param modelMax what the model can, or 0 when unknown
    int usual(String model, int modelMax) {
        int limit = modelMax > 0 && max > 0 ? Math.min(modelMax, max) : Math.max(modelMax, max);
        int size = chosen.getOrDefault(model, SMALLEST);
        return limit > 0 ? Math.min(size, limit) : size;
    }

    /// Forgets models that are no longer there.
    void keepOnly(Set<String> models) {
        chosen.keySet().retainAll(models);
    }

    private static long tokens(ChatRequest request) {
        Integer maxTokens = request.sampling().maxTokens();
        long tokens = maxTokens == null ? TOKENS_OF_AN_ANSWER : maxTokens;
        long characters = 0;
        for (Message message : request.messages()) {
            tokens += TOKENS_AROUND_A_MESSAGE;
            for (Part part : message.parts()) {
                switch (part) {
                    case Text(String text) -> characters += bytes(text);
                    case ChatRequest.Thought(String text, String _) -> characters += bytes(text);
                    case Image _,ChatRequest.Audio _,ChatRequest.Document _,ChatRequest.Opaque _ ->
                        tokens += TOKENS_OF_AN_IMAGE;
                }
            }
            for (ToolCall call : message.toolCalls()) {
                characters += call.name().length() + call.arguments().length();
            }
        }
        for (Tool tool : request.tools()) {
            characters += 64 + tool.name().length() + tool.parameters().toString().length();
        }
        return tokens + characters / BYTES_OF_A_TOKEN;
    }

    private static long bytes(String text) {
        long bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                bytes += c < 0x800 ? 1 : 2;
            }
        }
        return bytes;
    }
}
