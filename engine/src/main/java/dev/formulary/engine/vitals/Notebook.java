package dev.formulary.engine.vitals;

import dev.formulary.engine.facts.Reading;
import dev.formulary.engine.facts.Usual;
import java.util.List;

/// Keeps what is noted. Must not block.
public interface Notebook {
    /// Keeps nothing.
    Notebook NONE = new Notebook() {
        @Override
        public void noted(long at, List<Reading> readings) {}

        @Override
        public void usual(Usual usual) {}
    };

    /// @param at milliseconds of the epoch
    /// @param readings what is known; at most [SignalBook#MOST]
    void noted(long at, List<Reading> readings);

    /// What is usual was found, or counts no more.
    void usual(Usual usual);
}
