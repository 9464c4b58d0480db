package dev.formulary.engine.decision;

import dev.formulary.engine.facts.AgeBand;
import dev.formulary.engine.facts.Approach;
import dev.formulary.engine.facts.Baseline;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.engine.facts.CrisisType;
import dev.formulary.engine.facts.DecisionDraft;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Difficulty;
import dev.formulary.engine.facts.EmotionalState;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.GoodDirection;
import dev.formulary.engine.facts.Gpu;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Intervention;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Modality;
import dev.formulary.engine.facts.Need;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Privacy;
import dev.formulary.engine.facts.Reaction;
import dev.formulary.engine.facts.Requirements;
import dev.formulary.engine.facts.Risk;
import dev.formulary.engine.facts.Samples;
import dev.formulary.engine.facts.Screening;
import dev.formulary.engine.facts.SensitiveKind;
import dev.formulary.engine.facts.SessionState;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.facts.Signal;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.facts.Task;
import dev.formulary.engine.facts.Term;
import dev.formulary.engine.facts.Therapy;
import dev.formulary.engine.facts.Traits;
import dev.formulary.engine.facts.Trend;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ClassPrices;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.PriceStep;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The words that a rule may use.
final class Vocabulary {
    /// Packages of rules begin so; no class of ours does.
    static final String RULES = "formulary.rules.";

    /// What a rule may ask for in its `when`.
    static final List<Class<?>> FACTS = List.of(Call.class, Context.class, Continuity.class, Situation.class,
            Host.class, Budget.class, Candidate.class, Signal.class);

    private static final List<Class<?>> WORDS = List.of(AgeBand.class, BreakerState.class, Dialect.class,
            EmotionalState.class, Need.class, Parameter.class, Priority.class, Privacy.class, Risk.class,
            Severity.class, Task.class, Term.class, Capability.class, Approach.class, CrisisLevel.class,
            CrisisType.class, Difficulty.class, Intervention.class, Modality.class, SensitiveKind.class,
            SessionState.class, FailureClass.class, Reaction.class, Metric.class, GoodDirection.class);

    /// Parts of facts.
    private static final List<Class<?>> PARTS = List.of(Candidate.Vitals.class, ModelCard.class, Therapy.class,
            Requirements.class, Screening.class, Traits.class, Gpu.class, ClassPrices.class, PriceStep.class,
            Baseline.class, Trend.class, Samples.class, Budget.Outlook.class);

    /// Every type of ours that compiled rules may touch.
    static final List<Class<?>> TYPES = Stream
            .of(FACTS, WORDS, PARTS, List.<Class<?>>of(DecisionDraft.class))
            .flatMap(List::stream)
            .toList();

    static final Set<String> FACT_NAMES = names(FACTS);

    /// Types of the JDK that rules may name.
    static final Set<String> JDK_NAMES = Set.of("String", "Integer", "Long", "Double", "Boolean", "Math", "Number");

    /// Types that rules may name.
    static final Set<String> TYPE_NAMES = Stream.of(FACT_NAMES, names(WORDS), JDK_NAMES, Set.of("Vitals"))
            .flatMap(Set::stream)
            .collect(Collectors.toUnmodifiableSet());

    private static final String IMPORTS = Stream.of(FACTS, WORDS, List.<Class<?>>of(DecisionDraft.class))
            .flatMap(List::stream)
            .map(type -> "import " + type.getName() + ";")
            .collect(Collectors.joining());

    private Vocabulary() {}

    static String header(String packageName) {
        return "package " + packageName + ";" + IMPORTS + "global DecisionDraft decision; ";
    }

    /// How many imports the header has.
    static int importCount() {
        return FACTS.size() + WORDS.size() + 1;
    }

    private static Set<String> names(List<Class<?>> types) {
        return types.stream().map(Class::getSimpleName).collect(Collectors.toUnmodifiableSet());
    }
}
