package dev.formulary.anthropic;

import dev.formulary.spi.ReplyEvent;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A request in the vendor's words.
///
/// @param body what is sent
/// @param ignored what the caller asked for and is not in it, by the caller's name
/// @param answerTool the tool whose input is the answer, or null
/// @param asItCame whether the caller speaks the vendor's format
record Asked(byte[] body, Set<String> ignored, @Nullable String answerTool, boolean asItCame) {
    Asked {
        ignored = new LinkedHashSet<>(ignored);
    }

    /// What the caller is told before the answer begins.
    List<ReplyEvent> told() {
        return ignored.stream().<ReplyEvent>map(ReplyEvent.Ignored::new).toList();
    }
}
