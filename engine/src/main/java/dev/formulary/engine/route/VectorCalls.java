package dev.formulary.engine.route;

import dev.formulary.engine.context.Purpose;
import dev.formulary.engine.context.Tokens;
import dev.formulary.engine.dialect.Inquiry;
import dev.formulary.engine.dialect.VectorQuestion;
import dev.formulary.engine.dispatch.VectorOrder;
import dev.formulary.spi.Capability;
import dev.formulary.spi.Embeddings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is different about calls for vectors.
final class VectorCalls {
    private VectorCalls() {}

    static Purpose purpose(Inquiry inquiry) {
        VectorQuestion question = inquiry.vectors();
        return question == null
                ? Purpose.CHAT
                : new Purpose(Capability.EMBED, (int) Math.min(Integer.MAX_VALUE,
                        question.request().tokens().stream().mapToLong(List::size).sum()));
    }

    /// What is dispatched; null for a call for words.
    static @Nullable VectorOrder order(Inquiry inquiry) {
        VectorQuestion question = inquiry.vectors();
        return question == null
                ? null
                : new VectorOrder(question.request(), most -> longer(question.request(), most));
    }

    private static int longer(Embeddings.Request request, int most) {
        for (int i = 0; i < request.tokens().size(); i++) {
            if (request.tokens().get(i).size() > most) {
                return i;
            }
        }
        for (int i = 0; i < request.texts().size(); i++) {
            String text = request.texts().get(i);
            // a character is about two tokens at most
            if (text.length() > most / 2 && Tokens.in(text) > most) {
                return i;
            }
        }
        return -1;
    }

    /// The member of the body that holds what is asked.
    static String content(Inquiry inquiry) {
        return inquiry.vectors() == null ? "messages" : "input";
    }
}
