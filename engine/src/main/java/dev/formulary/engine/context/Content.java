package dev.formulary.engine.context;

import dev.formulary.engine.facts.Modality;
import dev.formulary.engine.facts.Traits;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Part;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// What the content of a request shows.
final class Content {
    /// About what a picture of 1024 × 1024 takes at the vendors that publish a figure.
    private static final int TOKENS_A_PICTURE = 1_000;

    private Content() {}

    /// What it shows by its form.
    ///
    /// @param turns its messages
    /// @param said the person's last turns, the latest first
    static Traits traits(ChatRequest request, List<TextMemory.Turn> turns, int promptTokens, List<KnownText> said) {
        return new Traits(modalities(request), Complexity.of(request, turns, promptTokens), SensitiveData.in(turns),
                said.isEmpty() ? "" : said.getFirst().language());
    }

    private static Set<Modality> modalities(ChatRequest request) {
        EnumSet<Modality> modalities = EnumSet.noneOf(Modality.class);
        for (Message message : request.messages()) {
            for (Part part : message.parts()) {
                modalities.add(switch (part) {
                    case ChatRequest.Text _ -> Modality.TEXT;
                    case ChatRequest.Image _ -> Modality.IMAGE;
                    case ChatRequest.Thought _ -> Modality.TEXT;
                    case ChatRequest.Audio _ -> Modality.AUDIO;
                    case ChatRequest.Document _,ChatRequest.Opaque _ -> Modality.FILE;
                });
            }
        }
        return modalities;
    }

    /// An estimate, at least 1: how a model's vendor puts messages together is not known, nor what a picture takes.
    static int promptTokens(List<TextMemory.Turn> turns, Counting counting) {
        var tokens = new PromptTokens(counting);
        for (TextMemory.Turn turn : turns) {
            tokens.add(Tokens.A_MESSAGE);
            for (ChatRequest.ToolCall call : turn.message().toolCalls()) {
                tokens.add(call.name());
                tokens.add(call.arguments());
            }
            turn.texts().forEach(tokens::add);
            for (Part part : turn.message().parts()) {
                switch (part) {
                    case ChatRequest.Text _ -> {
                        // is among the texts
                    }
                    case ChatRequest.Thought(String text, String _) -> tokens.add(text);
                    case ChatRequest.Image _,ChatRequest.Audio _,ChatRequest.Document _,ChatRequest.Opaque _ ->
                        tokens.add(TOKENS_A_PICTURE);
                }
            }
        }
        return tokens.sum();
    }

    /// What a model must be able to do to answer at all.
    static Set<Capability> needs(ChatRequest request, Purpose purpose) {
        EnumSet<Capability> needs = EnumSet.of(purpose.need());
        if (!(request.format() instanceof ChatRequest.Format.Free)) {
            needs.add(Capability.JSON);
        }
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
            case ChatRequest.Audio _ -> needs.add(Capability.AUDIO);
            default -> {
                // text needs nothing
            }
        }
    }

    /// Whether the caller asks for an answer that can be repeated; a text has the same vector each time.
    static boolean deterministic(ChatRequest request, Purpose purpose) {
        if (purpose.need() == Capability.EMBED) {
            return true;
        }
        Double temperature = request.sampling().temperature();
        return request.sampling().seed() != null || (temperature != null && temperature == 0);
    }
}
