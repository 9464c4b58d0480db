package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Notice;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What running the rules gave.
///
/// @param said in the order in which it was said
/// @param fired each firing, when asked for
/// @param problems what went wrong
/// @param notices alerts about what went wrong
/// @param failure why nothing of it may be relied on, or null
/// @param culprits files whose conditions failed; without them it may go well
/// @param trace each firing with what it matched, when asked for
record Findings(List<Said> said, List<RuleInfo> fired, List<String> problems, List<Notice> notices,
        @Nullable String failure, Set<String> culprits, List<Firing> trace) {

    /// Findings that were not traced.
    Findings(List<Said> said, List<RuleInfo> fired, List<String> problems, List<Notice> notices,
            @Nullable String failure, Set<String> culprits) {
        this(said, fired, problems, notices, failure, culprits, List.of());
    }

    static Findings failed(String failure) {
        return new Findings(List.of(), List.of(), List.of(failure), List.of(), failure, Set.of());
    }

    /// These findings, with what went wrong in an attempt before.
    Findings after(List<String> earlierProblems, List<Notice> earlierNotices) {
        return new Findings(said, fired, joined(earlierProblems, problems), joined(earlierNotices, notices), failure,
                culprits, trace);
    }

    /// The same with other sayings.
    Findings saying(List<Said> others) {
        return new Findings(others, fired, problems, notices, failure, culprits, trace);
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        return new ArrayList<>(Stream.concat(first.stream(), second.stream()).toList());
    }
}
