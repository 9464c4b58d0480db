package dev.formulary.engine.store;

import java.util.List;
import java.util.Map;

/// What other rules would have done with recorded calls.
///
/// @param compared how many calls were decided again
/// @param hidden how many of these had facts that were hashed or masked, so that they may come out otherwise
/// @param incomparable how many calls were not decided again, by the reason
/// @param changed how many calls flipped, by kind: `model` (another one first), `denied` (was allowed), `allowed` (was denied)
/// @param flips the first calls that flipped
/// @param recorded how it was
/// @param candidate how it would have been
/// @param unsafe the first unsafe routes of the candidate
/// @param notes what can't be compared at all
public record BacktestReport(String rules, long compared, long hidden, Map<String, Long> incomparable,
        Map<String, Long> changed, List<Flip> flips, Side recorded, Side candidate, List<Unsafe> unsafe,
        List<String> notes) {

    /// A call that would have gone elsewhere.
    ///
    /// @param kind `model`, `denied` or `allowed`
    /// @param from the first model, or the code of the denial
    /// @param to likewise
    /// @param hidden whether facts of it were hashed or masked
    public record Flip(String id, String kind, String from, String to, boolean hidden) {}

    /// A route that endangers somebody.
    ///
    /// @param why `crisis` (a model without the label crisis) or `privacy` (a model elsewhere, for what must stay here)
    /// @param isNew whether the recorded decision had no such route
    public record Unsafe(String id, String model, String why, boolean isNew) {}

    /// Sums of one side. Cost and latency count calls of which both sides are known.
    ///
    /// @param costMicros estimated, in micro-dollars
    /// @param latencyMs sum of the first models' 95th percentiles, in milliseconds
    /// @param latencies of how many calls
    public record Side(long allowed, long denied, long costMicros, long costs, long latencyMs, long latencies,
            long unsafe) {
        static final Side NONE = new Side(0, 0, 0, 0, 0, 0, 0);
    }

    /// How many calls flipped.
    public long flipped() {
        return changed.values().stream().mapToLong(Long::longValue).sum();
    }

    /// How many unsafe routes would be there that were not.
    public long unsafeMore() {
        return Math.max(0, candidate.unsafe() - recorded.unsafe());
    }
}
