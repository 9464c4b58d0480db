package dev.formulary.engine.config;

import java.time.Duration;

/// How it is found out, beside calls, whether models answer.
///
/// @param how what is asked
/// @param every how often also models are asked that calls have not asked of late; zero asks only those that calls are
///     kept away from, whether they are back
/// @param which whom of a provider's models chats ask, of those that calls are not kept away from
public record Probe(How how, Duration every, Which which) {
    /// What holds where nothing is configured.
    public static final Probe USUAL = new Probe(How.MODELS, Duration.ZERO, Which.EACH);

    /// What is asked.
    public enum How {
        /// For the list of models, which costs nothing.
        MODELS,
        /// For one token of an answer.
        CHAT
    }

    /// Whom chats ask.
    public enum Which {
        /// All of them.
        EACH,
        /// The one whose answer costs least.
        CHEAPEST
    }
}
