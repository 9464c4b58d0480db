package dev.formulary.local;

import dev.formulary.local.child.Request;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Options;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a caller asks, as the process takes it, and what of it is left out.
///
/// @param ignored what is told before the answer
record Question(List<Request.Turn> turns, Request.Manner manner, List<ReplyEvent> ignored) {
    /// What the library's own programs do when nothing is said.
    private static final float TEMPERATURE = 0.8f;
    private static final float TOP_P = 0.95f;
    private static final float MIN_P = 0.05f;
    private static final int TOP_K = 40;
    private static final String REPEAT_PENALTY = "repeat_penalty";
    private static final int ANY_SEED = -1;
    /// Hardly a vocabulary has longer words. What is longer is not even taken apart, which could not be stopped.
    private static final int LONGEST_TOKEN = 128;

    Question {
        turns = List.copyOf(turns);
        ignored = List.copyOf(ignored);
    }

    /// @param context tokens that are reserved
    /// @throws ProviderException when it asks for what no model here can do
    static Question of(ChatRequest request, int context) throws ProviderException {
        List<ReplyEvent> ignored = new ArrayList<>(request.ignoring(Set.of(REPEAT_PENALTY)));
        Options options = request.options();
        if (!request.tools().isEmpty() && !"none".equals(request.toolChoice())) {
            throw unsupported("tools");
        }
        if (options.topLogprobs() != null) {
            throw unsupported("probabilities of tokens");
        }
        if (request.format() instanceof Format.Schema) {
            throw unsupported("answers to a schema");
        }
        ignore(ignored, "reasoning_effort", options.effort() != null);
        ignore(ignored, "parallel_tool_calls", options.parallelToolCalls() != null);
        ignore(ignored, "user", options.endUser() != null);
        Integer asked = request.sampling().contextTokens();
        ignore(ignored, "num_ctx", asked != null && asked > context);
        List<Request.Turn> turns = new ArrayList<>();
        for (Message message : request.messages()) {
            turns.add(turn(message, ignored));
        }
        checkLength(turns.stream().mapToLong(turn -> turn.text().length()).sum(), context);
        return new Question(turns, manner(request), ignored.stream().distinct().toList());
    }

    /// @param characters of all texts together
    /// @throws ProviderException when a context of so many tokens can't hold them whatever they say
    static void checkLength(long characters, int context) throws ProviderException {
        if (characters > (long) LONGEST_TOKEN * context) {
            throw new ProviderException(FailureCategory.CONTEXT_OVERFLOW, "the texts have " + characters
                    + " characters, more than a context of " + context + " tokens holds");
        }
    }

    private static void ignore(List<ReplyEvent> ignored, String name, boolean said) {
        if (said) {
            ignored.add(new ReplyEvent.Ignored(name));
        }
    }

    private static Request.Turn turn(Message message, List<ReplyEvent> ignored) throws ProviderException {
        if (message.role() == Role.TOOL || !message.toolCalls().isEmpty()) {
            throw unsupported("tools");
        }
        ignore(ignored, "name", message.name() != null);
        for (Part part : message.parts()) {
            switch (part) {
                case ChatRequest.Text _ -> {
                    // is the turn
                }
                // models are not shown what they thought in earlier turns
                case ChatRequest.Thought _ -> ignore(ignored, "thinking", true);
                case ChatRequest.Image _ -> throw unsupported("pictures");
                case ChatRequest.Audio _ -> throw unsupported("sound");
                case ChatRequest.Document _ -> throw unsupported("documents");
                case ChatRequest.Opaque(String type) -> throw unsupported("'" + type + "'");
            }
        }
        return new Request.Turn(message.role().name().toLowerCase(Locale.ROOT), message.plainText());
    }

    private static Request.Manner manner(ChatRequest request) throws ProviderException {
        Sampling sampling = request.sampling();
        Options options = request.options();
        Integer most = sampling.maxTokens();
        return new Request.Manner(most == null ? Integer.MAX_VALUE : most,
                or(sampling.temperature(), TEMPERATURE), options.topK() == null ? TOP_K : options.topK(),
                or(sampling.topP(), TOP_P), or(options.minP(), MIN_P), repeatPenalty(request),
                or(options.frequencyPenalty(), 0), or(options.presencePenalty(), 0), seed(sampling.seed()),
                request.format() instanceof Format.Json, sampling.stop());
    }

    private static float or(@Nullable Double said, float otherwise) {
        return said == null ? otherwise : said.floatValue();
    }

    private static float repeatPenalty(ChatRequest request) throws ProviderException {
        Object said = request.extra().get(REPEAT_PENALTY);
        if (said == null) {
            return 1;
        }
        if (said instanceof Number number && number.doubleValue() > 0 && number.doubleValue() <= 10) {
            return number.floatValue();
        }
        throw new ProviderException(FailureCategory.INVALID_REQUEST,
                "'" + REPEAT_PENALTY + "' must be a number above 0 and up to 10");
    }

    /// The library takes 32 bits, of which one pattern stands for any seed.
    private static int seed(@Nullable Long said) {
        if (said == null) {
            return ANY_SEED;
        }
        int folded = (int) (said ^ said >>> 32);
        return folded == ANY_SEED ? 0 : folded;
    }

    private static ProviderException unsupported(String what) {
        return new ProviderException(FailureCategory.UNSUPPORTED, "models on this machine can't be given " + what);
    }
}
