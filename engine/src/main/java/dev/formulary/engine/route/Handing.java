package dev.formulary.engine.route;

import dev.formulary.engine.context.Tokens;
import dev.formulary.engine.dialect.SystemText;
import dev.formulary.engine.dispatch.Opened;
import dev.formulary.engine.dispatch.TakeOver;
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
    private @Nullable String text;
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
        return new TakeOver(question.continuity().model(), this::request);
    }

    private ChatRequest request() {
        ChatRequest made = request;
        if (made == null) {
            String packet = HandOver.text(question.context(), question.continuity(), mostTokens, Tokens::in);
            made = packet.isEmpty() ? asked : SystemText.added(asked, packet);
            text = made.equals(asked) ? "" : packet;
            request = made;
        }
        return made;
    }

    /// What the model was told that answers; empty when it was told nothing.
    String told(Opened opened) {
        String packet = text;
        return packet == null || opened.candidate().id().equals(question.continuity().model()) ? "" : packet;
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
