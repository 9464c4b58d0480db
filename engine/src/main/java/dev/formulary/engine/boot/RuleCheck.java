package dev.formulary.engine.boot;

import dev.formulary.engine.decision.ModelCards;
import dev.formulary.engine.decision.Tryout;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Tries a rule set out without putting it to use.
@FunctionalInterface
public interface RuleCheck {

    /// Compiles the rules, looks at them, and runs their scenarios.
    ///
    /// @param folder the rule set
    /// @param cards which models there are, or null when nobody knows
    /// @throws IOException when the folder cannot be read
    Tryout check(Path folder, @Nullable ModelCards cards) throws IOException;
}
