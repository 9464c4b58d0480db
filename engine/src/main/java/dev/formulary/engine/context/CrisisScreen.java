package dev.formulary.engine.context;

import dev.formulary.engine.facts.Screening;
import dev.formulary.spi.ChatRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Looks for signs of a crisis in a person's words, by the lexicon that serves. It reads the last three turns of the person
/// (role user) and at most 4000 characters of them, from the latest turn on; of a turn that is longer, its beginning and
/// its end. It is no diagnosis, contacts nobody and keeps no words but in
/// [TextMemory], for minutes. Thread-safe.
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
    Screening screen(List<KnownText> turns) {
        Lexicon serving = lexicon.get();
        return enabled && serving != null && !turns.isEmpty()
                ? serving.screening(turns.stream().map(turn -> turn.meanings(serving)).toList())
                : Screening.NONE;
    }

    /// What the person said, the latest first.
    static List<KnownText> lastTurns(List<TextMemory.Turn> all, TextMemory memory) {
        List<KnownText> turns = List.of();
        int left = CHARACTERS;
        for (int i = all.size() - 1; i >= 0 && left > 0 && turns.size() < TURNS; i--) {
            TextMemory.Turn turn = all.get(i);
            if (turn.message().role() == ChatRequest.Role.USER) {
                KnownText text = text(turn, left, memory);
                if (!text.text().isEmpty()) {
                    turns = turns.isEmpty() ? new ArrayList<>(TURNS) : turns;
                    turns.add(text);
                    left -= text.text().length();
                }
            }
        }
        return turns;
    }

    private static KnownText text(TextMemory.Turn turn, int most, TextMemory memory) {
        KnownText whole = turn.texts().size() == 1 && turn.message().parts().size() == 1
                ? turn.texts().getFirst()
                : memory.of(turn.message().plainText());
        String text = whole.text();
        if (text.length() <= most) {
            return whole;
        }
        int half = most / 2;
        return memory.of(text.substring(0, half) + "\n\n" + text.substring(text.length() - half));
    }
}
