package dev.formulary.engine.boot;

import dev.formulary.engine.decision.Ruling;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// Finds the rules that a decision was made with: those in a folder, when their hash is the one. Thread-safe.
final class RecordedRules implements Function<String, Optional<Ruling>> {
    private final Supplier<Ruling.Tried> folder;

    RecordedRules(Path rules) {
        folder = new Once(rules);
    }

    @Override
    public Optional<Ruling> apply(String hash) {
        return Optional.ofNullable(folder.get().ruling()).filter(ruling -> ruling.hash().equals(hash));
    }

    /// Compiling takes a while.
    private static final class Once implements Supplier<Ruling.Tried> {
        private final Path rules;
        private Ruling.@org.jspecify.annotations.Nullable Tried tried;

        Once(Path rules) {
            this.rules = rules;
        }

        @Override
        public synchronized Ruling.Tried get() {
            Ruling.Tried known = tried;
            if (known == null) {
                known = Ruling.of(rules, List.of());
                tried = known;
            }
            return known;
        }
    }
}
