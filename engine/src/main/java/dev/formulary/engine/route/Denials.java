package dev.formulary.engine.route;

import dev.formulary.engine.dialect.Refusal;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Question;
import dev.formulary.spi.Capability;
import java.util.Map;

/// Says that policy lets no model answer. Ollama's clients know some of it by its words alone, so they get these.
final class Denials {
    private static final Map<Capability, String> WANTED = Map.of(Capability.TOOLS, "tools", Capability.CHAT, "chat",
            Capability.EMBED, "embeddings", Capability.THINKING, "thinking", Capability.VISION, "images");

    private Denials() {}

    static Refusal of(Decision.Deny deny, Question question) {
        Refusal refusal = Answers.of(deny);
        Call call = question.call();
        if (!call.dialect().ollama()) {
            return refusal;
        }
        return switch (refusal.code()) {
            case "model_not_found" -> new Refusal(404, refusal.code(),
                    "model '" + call.model() + "' not found (" + refusal.message() + ")", "model", null);
            case "model_forbidden" -> lacking(question, refusal);
            default -> refusal;
        };
    }

    private static Refusal lacking(Question question, Refusal refusal) {
        String name = question.call().model();
        return question.candidates().stream()
                .filter(each -> each.id().equals(name) || each.model().equals(name))
                .flatMap(model -> WANTED.entrySet().stream().filter(each -> question.context().needs()
                        .contains(each.getKey()) && !model.can(each.getKey())))
                .map(Map.Entry::getValue).sorted().findFirst()
                .map(what -> Refusal.badRequest("unsupported_parameter", name + " does not support " + what, "model"))
                .orElse(refusal);
    }
}
