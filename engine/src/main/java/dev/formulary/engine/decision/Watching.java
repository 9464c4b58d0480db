package dev.formulary.engine.decision;

import java.util.HashSet;
import java.util.Set;
import org.drools.drl.ast.descr.AccumulateDescr;
import org.drools.drl.ast.descr.BaseDescr;
import org.drools.drl.ast.descr.ConditionalElementDescr;
import org.drools.drl.ast.descr.PatternDescr;
import org.jspecify.annotations.Nullable;

/// Tells rules that watch on a tick from those that are heard with calls: a rule of kind alert watches when it asks nothing of
/// what belongs to a call.
final class Watching {
    /// In words, for messages.
    static final String WHO = "rules that watch: those in alert/ that ask nothing of Call, Context or Continuity";

    private static final Set<String> OF_A_CALL = Set.of("Call", "Context", "Continuity");
    /// What only rules that watch see.
    private static final String SIGNAL = "Signal";

    private Watching() {}

    static boolean watches(Kind kind, @Nullable BaseDescr conditions) {
        if (kind != Kind.ALERT) {
            return false;
        }
        var facts = new HashSet<String>();
        facts(conditions, facts);
        return facts.stream().noneMatch(OF_A_CALL::contains);
    }

    private static void facts(@Nullable BaseDescr descr, Set<String> into) {
        switch (descr) {
            case AccumulateDescr accumulate -> facts(accumulate.getInput(), into);
            case PatternDescr pattern when pattern.getSource() != null -> facts(pattern.getSource(), into);
            case PatternDescr pattern -> into.add(String.valueOf(pattern.getObjectType()));
            case ConditionalElementDescr parent -> parent.getDescrs().forEach(child -> facts((BaseDescr) child, into));
            case null, default -> {
                // asks for nothing
            }
        }
    }

    /// Why a rule can't ask for a fact; null when it can.
    static @Nullable String refusal(String fact, Kind kind, boolean watches) {
        if (watches || !fact.equals(SIGNAL)) {
            return null;
        }
        return kind == Kind.ALERT
                ? "'Signal' is not seen by a rule that is heard with calls; it is one because it asks for Call, Context or "
                        + "Continuity: leave these out, then it watches on a tick"
                : "'Signal' is seen only by " + WHO + "; in " + kind.folder()
                        + "/ ask Host, Budget or Candidate, or Situation( openAlerts contains \"code\" ) for an alert that "
                        + "is open";
    }
}
