package dev.formulary.spi;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// Looks at what is said in a call and adds what it finds to the facts that rules decide by. A plug-in JAR names its
/// assessors in `META-INF/services/dev.formulary.spi.Assessor`; each needs a public constructor without parameters that
/// does no work. A JAR may bring assessors, providers, or both.
///
/// An assessor can only add or raise: a fact that the caller has declared stays as it is, and neither a risk nor a
/// crisis level is ever lowered by one. It contacts nobody on the gateway's behalf.
///
/// Life cycle: one instance a loaded JAR, from when the JAR serves until it is replaced or removed and the calls under
/// way have ended. Thread-safe: many calls come at once, each on a virtual thread.
public interface Assessor {

    /// What its findings are known by: `assessor:NAME` among the sources of a decision.
    ///
    /// @return lower-case letters, digits and hyphens, at most 40, constant for the life of the JAR
    String name();

    /// Looks at one call before the rules do. The caller waits: one that takes longer than 50 ms is interrupted, and one
    /// that is late or fails is left out of this decision, counted and reported.
    ///
    /// @return what it found; [Findings#NOTHING] when that is nothing
    /// @throws Exception what went wrong; the message reaches the log and an alert, so it must not hold what was said
    Findings assess(Said said) throws Exception;

    /// Lets go of what it holds. Called once.
    default void close() {}

    /// What is known when it is asked.
    ///
    /// @param turns the call's texts from the first message to the last, without pictures and tool calls; of a long
    ///     conversation the last 20 that have text, and of a longer text the last 4,000 characters
    /// @param declared the facts that the caller declared, by name, as they were written
    record Said(List<Turn> turns, Map<String, String> declared) {
        public Said {
            turns = List.copyOf(turns);
            declared = Map.copyOf(declared);
        }
    }

    /// One message.
    record Turn(ChatRequest.Role role, String text) {}

    /// How grave the signs of a crisis are, in rising order; what each means stands in `rules/lexicon/README.md`.
    enum Crisis {
        /// No sign.
        NONE,
        /// Named only, or said of somebody else.
        LOW,
        /// Past, denied or unclear; worth asking after.
        MODERATE,
        /// The person speaks of a danger.
        HIGH,
        /// It has begun, or is about to.
        CRITICAL
    }

    /// What was found.
    ///
    /// @param facts words for `need`, `risk`, `emotion`, `age`, `task`, `approach`, `difficulty`, `language`, `zone`, or
    ///     for a fact that the rules folder defines, by name
    /// @param crisis the gravest sign of a crisis
    /// @param about what the signs are about, such as `self_harm`; the words of the fact `crisis`
    record Findings(Map<String, String> facts, Crisis crisis, Set<String> about) {
        /// Nothing was found.
        public static final Findings NOTHING = new Findings(Map.of(), Crisis.NONE, Set.of());

        public Findings {
            facts = Map.copyOf(facts);
            about = Set.copyOf(about);
        }

        /// Only facts.
        public static Findings facts(Map<String, String> facts) {
            return new Findings(facts, Crisis.NONE, Set.of());
        }

        /// Only signs of a crisis.
        public static Findings crisis(Crisis level, Set<String> about) {
            return new Findings(Map.of(), level, about);
        }
    }
}
