package dev.formulary.engine.facts;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What is remembered of a session: which models answered and when a crisis was seen, never what anybody said.
///
/// @param key a hash of tenant and session in hexadecimal, by which it is found; neither can be read from it
/// @param model `provider/model` that answered last; empty when none did
/// @param inRow how many calls in a row that model has answered
/// @param calls how many calls were answered
/// @param switches how often another model answered than the one before
/// @param touched when the last call came
/// @param answered when the last answer was complete, or null
/// @param moderate when a crisis of MODERATE or graver was last seen, or null
/// @param high when one of HIGH or CRITICAL was, or null
/// @param critical when one of CRITICAL was, or null
/// @param emotions how the person felt as declared, the latest last, [#FEELINGS] at most
public record SessionRecord(String key, String model, int inRow, int calls, int switches, Instant touched,
        @Nullable Instant answered, @Nullable Instant moderate, @Nullable Instant high, @Nullable Instant critical,
        List<EmotionalState> emotions) {
    /// So many feelings are remembered.
    public static final int FEELINGS = 5;

    public SessionRecord {
        emotions = List.copyOf(emotions);
    }

    /// A session that begins.
    public static SessionRecord begun(String key, Instant now) {
        return new SessionRecord(key, "", 0, 0, 0, now, null, null, null, null, List.of());
    }

    /// A call came in which a crisis was seen, or none.
    ///
    /// @param emotion how the person feels, as declared
    public SessionRecord called(CrisisLevel seen, EmotionalState emotion, Instant now) {
        return new SessionRecord(key, model, inRow, calls, switches, now, answered,
                seen.atLeast(CrisisLevel.MODERATE) ? now : moderate, seen.atLeast(CrisisLevel.HIGH) ? now : high,
                seen.atLeast(CrisisLevel.CRITICAL) ? now : critical, felt(emotion));
    }

    private List<EmotionalState> felt(EmotionalState emotion) {
        if (emotion == EmotionalState.UNSPECIFIED) {
            return emotions;
        }
        var all = new ArrayList<>(emotions);
        all.add(emotion);
        return all.subList(Math.max(0, all.size() - FEELINGS), all.size());
    }

    /// A model has answered.
    public SessionRecord answeredBy(String candidate, Instant now) {
        boolean same = candidate.equals(model);
        return new SessionRecord(key, candidate, same ? inRow + 1 : 1, calls + 1,
                switches + (same || model.isEmpty() ? 0 : 1), now, now, moderate, high, critical, emotions);
    }

    /// What two nodes know of the session, together; who is asked first does not matter.
    public SessionRecord with(SessionRecord other) {
        SessionRecord last = answeredAfter(other) ? this : other;
        int order = touched.compareTo(other.touched);
        boolean felt = order == 0 ? emotions.size() >= other.emotions.size() : order > 0;
        return new SessionRecord(key, last.model, last.inRow, last.calls, last.switches, later(touched, other.touched),
                last.answered, later(moderate, other.moderate), later(high, other.high),
                later(critical, other.critical), felt ? emotions : other.emotions);
    }

    private boolean answeredAfter(SessionRecord other) {
        if (answered == null || other.answered == null) {
            return other.answered == null;
        }
        if (!answered.equals(other.answered)) {
            return answered.isAfter(other.answered);
        }
        return calls == other.calls ? model.compareTo(other.model) >= 0 : calls > other.calls;
    }

    private static <T extends @Nullable Instant> T later(T one, T other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return other.isAfter(one) ? other : one;
    }

    /// Whether the same was seen of the person.
    public boolean sees(SessionRecord other) {
        return Objects.equals(moderate, other.moderate) && Objects.equals(high, other.high)
                && Objects.equals(critical, other.critical) && emotions.equals(other.emotions);
    }

    /// What rules see of it at a moment.
    public Continuity at(Instant now) {
        return new Continuity(model, inRow, calls, switches, ago(answered, now), ago(moderate, now), ago(high, now),
                ago(critical, now), emotions);
    }

    private static int ago(@Nullable Instant then, Instant now) {
        return then == null
                ? -1
                : (int) Math.clamp(now.getEpochSecond() - then.getEpochSecond(), 0L, Integer.MAX_VALUE);
    }
}
