package dev.formulary.engine.decision;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Narrows the choice among models that may answer: `spare`, then `lastResort`, then `keepFree`. In that order, because a
/// model that is not likely to answer must not keep others away, and a stand-in that costs nothing no real model.
final class Choice {
    private Choice() {}

    /// @param named the model that the caller asks for, which is not narrowed away; or null
    static void narrow(List<Said> said, List<Standing> standings, @Nullable Standing named) {
        spare(said, standings, named);
        Set<String> labels = new HashSet<>();
        for (Said one : said) {
            if (one instanceof Said.LastResort last) {
                labels.add(last.label());
            }
        }
        if (!labels.isEmpty() && anyLeft(standings, named, standing -> !bearsAny(standing, labels))) {
            for (Said one : said) {
                if (one instanceof Said.LastResort last) {
                    drop(standings, named, last.rule(), standing -> standing.candidate().labelled(last.label()));
                }
            }
        }
        List<Said> keepers = said.stream().filter(Said.KeepFree.class::isInstance).toList();
        if (!keepers.isEmpty() && anyLeft(standings, named, standing -> standing.candidate().free())) {
            for (Said keeper : keepers) {
                drop(standings, named, keeper.rule(), standing -> !standing.candidate().free());
            }
        }
    }

    private static void spare(List<Said> said, List<Standing> standings, @Nullable Standing named) {
        Set<String> spared = new HashSet<>();
        for (Said one : said) {
            if (one instanceof Said.Spare spare) {
                spared.add(spare.candidate().id());
            }
        }
        if (spared.isEmpty() || !anyLeft(standings, named, standing -> !spared.contains(standing.candidate().id()))) {
            return;
        }
        for (Said one : said) {
            if (one instanceof Said.Spare spare) {
                drop(standings, named, spare.rule(),
                        standing -> standing.candidate().id().equals(spare.candidate().id()));
            }
        }
    }

    private static boolean bearsAny(Standing standing, Set<String> labels) {
        for (String label : labels) {
            if (standing.candidate().labelled(label)) {
                return true;
            }
        }
        return false;
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
            Predicate<Standing> unwanted) {
        for (Standing standing : standings) {
            // what hard limits ruled out stays with their reason
            if (standing != named && standing.narrowable() && unwanted.test(standing)) {
                standing.narrow(rule.id(), rule.reason());
            }
        }
    }
}
