package dev.formulary.engine.alert;

import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An alert as it is at a moment.
///
/// @param rule the id of the rule that asks for it
/// @param code which alert
/// @param resource what is concerned; empty where there is but one
/// @param severity the highest yet
/// @param message what happened, as the rule said it last
/// @param firstSeen when it began
/// @param lastSeen when it was raised last
/// @param count how often it was raised, at least once
/// @param acknowledged who took note of it; null when nobody has, or when it got worse since
/// @param state how it stands
/// @param held why nothing new is told of it now, in a few words; empty when nothing holds it back
/// @param flapping whether it came and went so often that it stays open until it is calm
/// @param wanted what is to be done while it is open
public record OpenAlert(String rule, String code, String resource, Severity severity, String message, Instant firstSeen,
        Instant lastSeen, long count, @Nullable Acknowledgement acknowledged, State state, String held,
        boolean flapping, List<Notice.Wanted> wanted) {
    public OpenAlert {
        wanted = List.copyOf(wanted);
    }

    /// An alert of which nobody took note.
    public OpenAlert(String rule, String code, Severity severity, String message, Instant firstSeen, Instant lastSeen,
            long count) {
        this(rule, code, severity, message, firstSeen, lastSeen, count, null);
    }

    /// An alert of the one resource that there is.
    public OpenAlert(String rule, String code, Severity severity, String message, Instant firstSeen, Instant lastSeen,
            long count, @Nullable Acknowledgement acknowledged) {
        this(rule, code, "", severity, message, firstSeen, lastSeen, count, acknowledged,
                acknowledged == null ? State.FIRING : State.ACKNOWLEDGED, "", false, List.of());
    }

    /// How an alert stands.
    public enum State {
        /// What a rule finds is not so for long enough yet.
        PENDING,
        /// It is open.
        FIRING,
        /// It is open, and somebody has taken note.
        ACKNOWLEDGED,
        /// It is open, and a silence or a maintenance window keeps it from being told.
        SILENCED,
        /// It is over.
        RESOLVED
    }

    /// @param by who, in their own words
    /// @param note what they say of it; empty for nothing
    public record Acknowledgement(String by, Instant at, String note) {

        /// Without a note.
        public Acknowledgement(String by, Instant at) {
            this(by, at, "");
        }
    }

    /// The same, when it is over.
    OpenAlert resolved() {
        return new OpenAlert(rule, code, resource, severity, message, firstSeen, lastSeen, count, acknowledged,
                State.RESOLVED, "", flapping, wanted);
    }

    AlertKey key() {
        return new AlertKey(rule, code, resource);
    }
}
