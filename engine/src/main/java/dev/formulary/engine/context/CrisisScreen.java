package dev.formulary.engine.context;

import dev.formulary.engine.facts.Screening;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Looks for signs of a crisis in a person's words, by the lexicon that serves. It reads the last three turns of the person
/// (role user) and at most 4000 characters of them, from the latest turn on; of a turn that is longer, its beginning and
/// its end. It is no diagnosis, contacts nobody and keeps no words. Thread-safe.
public final class CrisisScreen {
    private static final int TURNS = 3;
    private static final int CHARACTERS = 4_000;

    private final boolean enabled;
    private final AtomicReference<@Nullable Lexicon> lexicon = new AtomicReference<>();

    /// @param enabled false finds nothing, ever
    public CrisisScreen(boolean enabled) {
        this.enabled = enabled;
    }

    /// Whether it looks at anything.
    public boolean enabled() {
        return enabled;
    }

    /// From now on this lexicon serves.
    public void use(Lexicon next) {
        lexicon.set(next);
    }

    /// @param turns what the person said, as [#lastTurns] gives it
    Screening screen(List<String> turns) {
        Lexicon serving = lexicon.get();
        return enabled && serving != null && !turns.isEmpty() ? serving.screen(turns) : Screening.NONE;
    }

    /// What the person said, the latest first.
    static List<String> lastTurns(ChatRequest request) {
        List<String> turns = List.of();
        int left = CHARACTERS;
        List<Message> messages = request.messages();
        for (int i = messages.size() - 1; i >= 0 && left > 0 && turns.size() < TURNS; i--) {
            Message message = messages.get(i);
            String text = message.role() == ChatRequest.Role.USER ? text(message, left) : "";
            if (!text.isEmpty()) {
                turns = turns.isEmpty() ? new ArrayList<>(TURNS) : turns;
                turns.add(text);
                left -= text.length();
            }
        }
        return turns;
    }

    private static String text(Message message, int most) {
        List<ChatRequest.Part> parts = message.parts();
        String text = parts.size() == 1 && parts.getFirst() instanceof ChatRequest.Text(String only)
                ? only
                : message.plainText();
        if (text.length() <= most) {
            return text;
        }
        int half = most / 2;
        return text.substring(0, half) + "\n\n" + text.substring(text.length() - half);
    }
}
