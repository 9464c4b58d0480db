package dev.formulary.engine.route;

import dev.formulary.engine.context.Tokens;
import dev.formulary.engine.dialect.SystemText;
import dev.formulary.engine.dispatch.Opened;
import dev.formulary.engine.dispatch.TakeOver;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.session.HandOver;
import dev.formulary.spi.ChatRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a model is told that takes over a call's session. Made when the first such model is asked, which is seldom. Used by
/// the call's own thread.
final class Handing {
    private final Question question;
    private final ChatRequest asked;
    private final int mostTokens;
    private String text = "";
    private String toldTo = "";
    private @Nullable ChatRequest request;

    private Handing(Question question, ChatRequest asked, int mostTokens) {
        this.question = question;
        this.asked = asked;
        this.mostTokens = mostTokens;
    }

    /// Null where no model can take over: the session has had none, the caller names one, or it is switched off.
    static @Nullable Handing of(Question question, ChatRequest asked, int mostTokens) {
        boolean possible = mostTokens > 0 && question.call().auto() && !question.continuity().model().isEmpty();
        return possible ? new Handing(question, asked, mostTokens) : null;
    }

    TakeOver takeOver() {
        return new TakeOver(question.continuity().model(), this::requestFor);
    }

    /// A model for which the prompt would become too long is told nothing.
    private ChatRequest requestFor(Candidate candidate) {
        ChatRequest told = told();
        toldTo = told.equals(asked) || !hasRoom(candidate) ? "" : candidate.id();
        return toldTo.isEmpty() ? asked : told;
    }

    private boolean hasRoom(Candidate candidate) {
        int room = candidate.card().contextTokens();
        Context context = question.context();
        return room <= 0 || (long) context.promptTokens() + context.maxTokens() + mostTokens <= room;
    }

    private ChatRequest told() {
        ChatRequest made = request;
        if (made == null) {
            text = HandOver.text(question.context(), question.continuity(), mostTokens, Tokens::in);
            made = text.isEmpty() ? asked : SystemText.added(asked, text);
            request = made;
        }
        return made;
    }

    /// What the model was told that answers; empty when it was told nothing.
    String told(Opened opened) {
        return opened.candidate().id().equals(toldTo) ? text : "";
    }

    /// Says in a header how many tokens were handed over, if any.
    ///
    /// @param told what the model was told
    static void tell(String told, Map<String, String> headers) {
        if (!told.isEmpty()) {
            headers.put("X-Formulary-Handed-Over", Long.toString(Tokens.in(told)));
        }
    }
}
