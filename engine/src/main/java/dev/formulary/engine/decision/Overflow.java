package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Context;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tells a caller that a call is too long, where it could be answered if it were shorter. In words by which programs know it:
/// those that hold long conversations shorten them then.
final class Overflow {
    private Overflow() {}

    /// @param standings of the models that could answer
    /// @return null where a shorter call would not be answered either
    static @Nullable String of(Context context, List<Standing> standings) {
        int room = 0;
        for (Standing standing : standings) {
            List<String> texts = standing.texts();
            if (texts.size() == 1 && texts.getFirst().startsWith(Needs.ROOM)) {
                room = Math.max(room, standing.candidate().card().contextTokens());
            }
        }
        return room == 0 ? null : text(context.promptTokens(), context.maxTokens(), room);
    }

    private static String text(int prompt, int answer, int room) {
        return prompt > room
                ? "prompt is too long: " + prompt + " tokens > " + room
                        + " maximum; this model's maximum context length is "
                        + room + " tokens; shorten the conversation, or name a model with more room"
                : "input length and `max_tokens` exceed context limit: " + prompt + " + " + answer + " > " + room
                        + " maximum context length; ask for a shorter answer, or shorten the conversation";
    }
}
