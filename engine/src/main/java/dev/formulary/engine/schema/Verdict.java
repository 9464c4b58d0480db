package dev.formulary.engine.schema;

import java.util.List;

/// What became of an answer that was checked.
public sealed interface Verdict {

    /// It follows the schema.
    ///
    /// @param text the answer; as the model wrote it when nothing had to be repaired
    /// @param repairs what was repaired, in the order of [Repair]; mostly nothing
    record Sound(String text, List<Repair> repairs) implements Verdict {
        public Sound {
            repairs = List.copyOf(repairs);
        }
    }

    /// It does not, or it can't be read.
    ///
    /// @param faults what is wrong and where, at least one, for the caller and the model; without the answer's own values
    record Unsound(List<String> faults) implements Verdict {
        public Unsound {
            faults = List.copyOf(faults);
        }

        static Unsound of(String fault) {
            return new Unsound(List.of(fault));
        }

        /// All of it in one line.
        public String told() {
            return String.join("; ", faults);
        }
    }
}
