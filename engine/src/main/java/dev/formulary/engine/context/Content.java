package dev.formulary.engine.context;

import dev.formulary.spi.Capability;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Part;
import java.util.EnumSet;
import java.util.Set;

/// What the content of a request shows.
final class Content {
    /// English text has about four characters a token in the usual vocabularies; other scripts have fewer, so that the
    /// estimate is low for them.
    private static final int CHARACTERS_A_TOKEN = 4;
    private static final int TOKENS_A_MESSAGE = 4;
    /// About what a picture of 1024 × 1024 takes at the vendors that publish a figure.
    private static final int TOKENS_A_PICTURE = 1_000;

    private Content() {}

    /// An estimate, at least 1.
    static int promptTokens(ChatRequest request) {
        long tokens = 0;
        for (Message message : request.messages()) {
            tokens += TOKENS_A_MESSAGE;
            for (ChatRequest.ToolCall call : message.toolCalls()) {
                tokens += Math.ceilDiv(call.name().length() + call.arguments().length(), CHARACTERS_A_TOKEN);
            }
            for (Part part : message.parts()) {
                tokens += switch (part) {
                    case ChatRequest.Text(String text) -> Math.ceilDiv(text.length(), CHARACTERS_A_TOKEN);
                    case ChatRequest.Image _,ChatRequest.Opaque _ -> TOKENS_A_PICTURE;
                };
            }
        }
        return Math.clamp(tokens, 1, Integer.MAX_VALUE);
    }

    /// What a model must be able to do to answer at all.
    static Set<Capability> needs(ChatRequest request) {
        EnumSet<Capability> needs = EnumSet.of(Capability.CHAT);
        if (!request.tools().isEmpty() && !"none".equals(request.toolChoice())) {
            needs.add(Capability.TOOLS);
        }
        for (Message message : request.messages()) {
            for (Part part : message.parts()) {
                addNeed(part, needs);
            }
        }
        return needs;
    }

    private static void addNeed(Part part, Set<Capability> needs) {
        switch (part) {
            case ChatRequest.Image _ -> needs.add(Capability.VISION);
            case ChatRequest.Opaque(String type) when type.equals("input_audio") -> needs.add(Capability.AUDIO);
            default -> {
                // text needs nothing
            }
        }
    }

    /// Whether the caller asks for an answer that can be repeated.
    static boolean deterministic(ChatRequest request) {
        Double temperature = request.sampling().temperature();
        return request.sampling().seed() != null || (temperature != null && temperature == 0);
    }
}
