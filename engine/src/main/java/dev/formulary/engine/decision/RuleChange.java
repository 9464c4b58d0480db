package dev.formulary.engine.decision;

import java.time.Instant;
import java.util.List;

/// One line of the history of a rules folder. Immutable.
///
/// @param number counts the changes of this folder, from 1
/// @param at when it happened
/// @param event what became of it
/// @param hash content hash of the files, in hexadecimal
/// @param manifest what the files' manifest says
/// @param who made it: the manifest's author when the manifest changed too, else the owner of the file that was written last
///   as the operating system knows him; for a rollback whoever asked for it
/// @param files what is different from the rule set that was accepted before
/// @param rules the ids of the rules that are different; empty for the first set and where a file could not be understood
/// @param problems why it was refused; not all when there are many
public record RuleChange(long number, Instant at, Event event, String hash, Manifest manifest, String who,
        Difference files, Difference rules, List<String> problems) {
    public RuleChange {
        problems = List.copyOf(problems);
    }

    /// What became of a change.
    public enum Event {
        /// It serves.
        ACCEPTED,
        /// It is not in order, and what served before goes on.
        REFUSED,
        /// An earlier set was put back into the folder.
        ROLLED_BACK,
        /// It stood in the folder, never served, and was kept when an earlier set was put back.
        KEPT
    }

    /// Names that came, changed and went.
    public record Difference(List<String> added, List<String> changed, List<String> removed) {
        /// Nothing is different.
        public static final Difference NONE = new Difference(List.of(), List.of(), List.of());

        public Difference {
            added = List.copyOf(added);
            changed = List.copyOf(changed);
            removed = List.copyOf(removed);
        }

        /// How many names there are.
        public int size() {
            return added.size() + changed.size() + removed.size();
        }
    }
}
