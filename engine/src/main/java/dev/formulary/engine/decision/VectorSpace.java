package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Reason;
import dev.formulary.spi.Capability;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Keeps calls for vectors to models whose vectors can be compared. Those of different models can't: an index that was made by
/// one is of no use to a question that another has turned into a vector, and nobody would notice.
///
/// So where policy chooses, the choice must not follow what changes from call to call. The leading model is the best by what its
/// card says (quality first, then the price, then its id) of those that no hard limit rules out, but for those of load policies,
/// which say how a model does just now. Whoever gives the same vectors may answer in its place, and nobody else.
final class VectorSpace {
    /// The attribute of a card by which an operator says that models give the same vectors.
    static final String ATTRIBUTE = "vectors";
    private static final String TAG = ":latest";

    private VectorSpace() {}

    /// Whether a call wants vectors.
    static boolean wanted(Question question) {
        return question.call().dialect().vectors();
    }

    /// What tells models that give the same vectors: the name of the model, unless its card says another.
    static String of(Candidate candidate) {
        String said = candidate.card().attributes().getOrDefault(ATTRIBUTE, "");
        String name = (said.isEmpty() ? candidate.model() : said).toLowerCase(Locale.ROOT);
        return name.endsWith(TAG) ? name.substring(0, name.length() - TAG.length()) : name;
    }

    /// Whether several providers have the model of that bare name, any of which may turn texts into the same vectors.
    static boolean shared(Question question, List<Standing> standings) {
        String name = question.call().model();
        return wanted(question) && standings.stream().filter(each -> each.candidate().model().equals(name)).count() > 1;
    }

    /// Rules out all whose vectors are others than those of the leading model.
    ///
    /// @param standings after what the call needs and all hard limits
    static void narrow(Question question, List<Said> said, List<Standing> standings, List<Reason> reasons) {
        Call call = question.call();
        Optional<Candidate> leader = leader(call, said, standings);
        if (leader.isEmpty()) {
            return;
        }
        String space = of(leader.get());
        String why = "'" + call.model() + "' keeps to vectors of '" + space
                + "', and those of other models can't be compared with them";
        for (Standing standing : standings) {
            if (standing.eligible() && !of(standing.candidate()).equals(space)) {
                standing.ruleOut("engine", why);
                reasons.add(new Reason("engine", "forbid", standing.candidate().id(), why, "", 0));
            }
        }
    }

    private static Optional<Candidate> leader(Call call, List<Said> said, List<Standing> standings) {
        var lasting = new ArrayList<Standing>();
        for (Standing standing : standings) {
            Candidate candidate = standing.candidate();
            boolean asked = call.auto() || candidate.model().equals(call.model());
            if (asked && candidate.can(Capability.EMBED) && (standing.eligible() || resting(candidate, said))) {
                lasting.add(new Standing(candidate));
            }
        }
        Choice.narrow(said.stream().filter(one -> !(one instanceof Said.Spare)).toList(), lasting, null);
        return lasting.stream().filter(Standing::eligible).map(Standing::candidate)
                .min(Comparator.comparingDouble((Candidate each) -> -each.quality())
                        .thenComparingLong(VectorSpace::price)
                        .thenComparing(Candidate::id));
    }

    /// An unknown price is not the least.
    private static long price(Candidate candidate) {
        long price = candidate.card().inputPrice();
        return price < 0 ? Long.MAX_VALUE : price;
    }

    /// Whether nothing but load policies rules a model out.
    private static boolean resting(Candidate candidate, List<Said> said) {
        boolean ruledOut = false;
        for (Said one : said) {
            boolean against = switch (one) {
                case Said.Forbid forbid -> forbid.candidate().id().equals(candidate.id());
                case Said.Require require -> !require.test().test(candidate);
                default -> false;
            };
            if (against && one.rule().kind() != Kind.LOAD) {
                return false;
            }
            ruledOut |= against;
        }
        return ruledOut;
    }
}
