package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Narrows the choice among models that may answer: `spare`, then `lastResort`, then `keepFree`. In that order, because a
/// model that is not likely to answer must not keep others away, and a stand-in that costs nothing no real model.
final class Choice {
    private Choice() {}

    /// @param named the model that the caller asks for, which is not narrowed away; or null
    /// @return those that only `spare` keeps away
    static List<Standing> narrow(List<Said> said, List<Standing> standings, @Nullable Standing named) {
        List<Standing> spared = narrow(said, Said.Spare.class,
                (spare, model) -> model.id().equals(spare.candidate().id()), standings, named);
        List<Standing> last = narrow(said, Said.LastResort.class, (one, model) -> model.labelled(one.label()),
                standings,
                named);
        List<Standing> paid = narrow(said, Said.KeepFree.class, (_, model) -> !model.free(), standings, named);
        return spared.isEmpty()
                ? spared
                : spared.stream().filter(each -> !last.contains(each) && !paid.contains(each)).toList();
    }

    /// Drops what one verb does not want, where that leaves any.
    ///
    /// @return those that it does not want
    private static <S extends Said> List<Standing> narrow(List<Said> said, Class<S> verb,
            BiPredicate<S, Candidate> unwanted,
            List<Standing> standings, @Nullable Standing named) {
        List<S> spoken = new ArrayList<>(0);
        for (Said one : said) {
            if (verb.isInstance(one)) {
                spoken.add(verb.cast(one));
            }
        }
        if (spoken.isEmpty() || !anyLeft(standings, named, standing -> spoken.stream()
                .noneMatch(one -> unwanted.test(one, standing.candidate())))) {
            return List.of();
        }
        List<Standing> dropped = new ArrayList<>(spoken.size());
        for (S one : spoken) {
            drop(standings, named, one.rule(), standing -> unwanted.test(one, standing.candidate()), dropped);
        }
        return dropped;
    }

    private static boolean anyLeft(List<Standing> standings, @Nullable Standing named, Predicate<Standing> wanted) {
        for (Standing standing : standings) {
            if (standing != named && standing.eligible() && wanted.test(standing)) {
                return true;
            }
        }
        return false;
    }

    private static void drop(List<Standing> standings, @Nullable Standing named, RuleInfo rule,
            Predicate<Standing> unwanted, List<Standing> dropped) {
        for (Standing standing : standings) {
            // what hard limits ruled out stays with their reason
            if (standing != named && standing.narrowable() && unwanted.test(standing)) {
                standing.narrow(rule.id(), rule.reason());
                if (!dropped.contains(standing)) {
                    dropped.add(standing);
                }
            }
        }
    }
}
