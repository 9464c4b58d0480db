package dev.formulary.engine.dispatch;

import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.Usage;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Counts an answer while it passes. Not thread-safe.
final class Tally {
    private static final int CHARACTERS_A_TOKEN = 4;

    private final int promptTokens;
    private @Nullable Usage usage;
    private final Set<String> ignored = new LinkedHashSet<>();
    private long characters;
    private long costMicros = -1;
    private boolean content;
    private boolean finished;

    /// @param promptTokens the estimate, for vendors that do not count
    Tally(int promptTokens) {
        this.promptTokens = promptTokens;
    }

    void add(ReplyEvent event) {
        switch (event) {
            case ReplyEvent.Text(String text) -> addText(text);
            case ReplyEvent.Thinking(String text) -> addText(text);
            case ReplyEvent.Refusal(String text) -> addText(text);
            case ReplyEvent.Signature _,ReplyEvent.Logprobs _ -> {
                // belong to what was counted already
            }
            case ReplyEvent.Ignored(String parameter) -> ignored.add(parameter);
            case ReplyEvent.ToolCall call -> {
                addText(call.name() == null ? "" : call.name());
                addText(call.arguments());
            }
            case ReplyEvent.Finish _ -> finished = true;
            case ReplyEvent.Accounting(Usage counted, long cost) -> {
                usage = counted;
                costMicros = cost;
            }
            case ReplyEvent.Native(var _, var meaning) -> meaning.forEach(this::add);
        }
    }

    private void addText(String text) {
        characters += text.length();
        content |= !text.isEmpty();
    }

    /// Whether something has come that a client would see; what only opens a stream does not count.
    boolean committed() {
        return content || finished;
    }

    boolean finished() {
        return finished;
    }

    /// What the caller asked for and the provider left out.
    Set<String> ignored() {
        return Collections.unmodifiableSet(ignored);
    }

    /// What the vendor says that it cost, in micro-dollars; -1 when it does not say.
    long costMicros() {
        return costMicros;
    }

    /// As counted by the vendor, or else an estimate.
    Usage usage() {
        return usage != null
                ? usage
                : new Usage(promptTokens, Math.toIntExact(Math.ceilDiv(characters, CHARACTERS_A_TOKEN)), 0, 0, true);
    }
}
