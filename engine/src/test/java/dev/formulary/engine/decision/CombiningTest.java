package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Rules.candidate;
import static dev.formulary.engine.decision.Verdicts.allowed;
import static dev.formulary.engine.decision.Verdicts.denied;
import static dev.formulary.engine.decision.Verdicts.limit;
import static dev.formulary.engine.decision.Verdicts.rule;
import static dev.formulary.engine.decision.Verdicts.tried;
import static dev.formulary.engine.decision.Verdicts.verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.formulary.engine.decision.Verdicts.Saying;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.DecisionDraft;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Ranking;
import dev.formulary.engine.facts.Reaction;
import dev.formulary.engine.facts.Reason;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.facts.Term;
import dev.formulary.spi.Capability;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// How what rules say goes together, with sayings made up at random.
class CombiningTest {
    private static final int ROUNDS = 3_000;
    private static final List<Candidate> MODELS = List.of(candidate("home/free", 4, 0, "a"),
            candidate("home/small", 3, 0, "a", "b"), candidate("cloud/cheap", 5, 100_000, "b"),
            candidate("cloud/good", 9, 5_000_000, "a"), candidate("cloud/plain", 6, 900_000),
            candidate("sim/echo", 10, 0, "simulated", "a"));
    private static final List<FailureClass> OPEN = Arrays.stream(FailureClass.values())
            .filter(failure -> failure.may(Reaction.STOP)).toList();
    private static final Set<String> ADDING = Set.of("prefer", "avoid", "weigh");

    private final Random random = new Random(2026);

    private static Question auto() {
        return Rules.question(MODELS.toArray(Candidate[]::new));
    }

    private static Question named(String model, boolean substitute) {
        return Rules.named(model, substitute, MODELS.toArray(Candidate[]::new));
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private RuleInfo someRule() {
        int number = random.nextInt(8);
        return rule("r" + number, number == 0 ? Kind.CONTEXT : Kind.COST, number % 3 * 10);
    }

    private record Verb(String name, Consumer<DecisionDraft> says) {}

    private Verb someVerb() {
        Candidate model = one(MODELS);
        Parameter parameter = one(List.of(Parameter.TEMPERATURE, Parameter.MAX_TOKENS, Parameter.ATTEMPTS,
                Parameter.CACHE_SECONDS));
        double value = (1 + random.nextInt(8)) / 4.0;
        String label = one(List.of("a", "b", "simulated"));
        return switch (random.nextInt(22)) {
            case 0, 1 -> new Verb("forbid", draft -> draft.forbid(model));
            case 2 -> new Verb("require", draft -> draft.requireLabel(label));
            case 3 -> new Verb("require", draft -> draft.requireCapability(Capability.CHAT));
            case 4 -> new Verb("keepFree", DecisionDraft::keepFree);
            case 5 -> new Verb("lastResort", draft -> draft.lastResort(label));
            case 6, 7 -> new Verb("prefer", draft -> draft.prefer(model, value * 7.3));
            case 8 -> new Verb("avoid", draft -> draft.avoid(model, value * 11.1));
            case 9 -> new Verb("weigh", draft -> draft.weigh(Term.COST, value * 1.7));
            case 10, 11 -> new Verb("set", draft -> draft.set(parameter, value));
            case 12 -> new Verb("cap", draft -> draft.cap(parameter, value));
            case 13 -> new Verb("balance", draft -> draft.balance(value / 2));
            case 14 -> new Verb("keepModel", DecisionDraft::keepModel);
            case 15 -> new Verb("pin", DecisionDraft::pin);
            case 16 -> new Verb("move", DecisionDraft::move);
            case 17 -> new Verb("queue", draft -> draft.queue(one(List.of(Priority.values()))));
            case 19, 20 -> {
                FailureClass failure = one(OPEN);
                Reaction reaction = one(Arrays.stream(Reaction.values()).filter(failure::may).toList());
                yield new Verb("onFailure", draft -> draft.onFailure(failure, reaction));
            }
            case 18 -> new Verb("spare", draft -> draft.spare(model));
            default -> rarely(label);
        };
    }

    private Verb rarely(String label) {
        return random.nextInt(4) == 0
                ? new Verb("deny", draft -> draft.deny("no " + label))
                : new Verb("alert", draft -> draft.alert(one(List.of(Severity.values())), label, "it is " + label));
    }

    private record Named(String verb, Saying saying) {}

    private List<Named> someSayings() {
        return IntStream.range(0, random.nextInt(14)).mapToObj(_ -> {
            Verb verb = someVerb();
            return new Named(verb.name(), fixed(someRule(), verb.says()));
        }).collect(Collectors.toCollection(ArrayList::new));
    }

    /// A saying that is the same each time it is said, though it was made at random.
    private static Saying fixed(RuleInfo rule, Consumer<DecisionDraft> says) {
        var draft = new Draft(rule);
        says.accept(draft);
        List<Said> said = List.copyOf(draft.said());
        return new Saying(rule, into -> ((Draft) into).said().addAll(said));
    }

    private static List<Saying> sayings(List<Named> named) {
        return named.stream().map(Named::saying).toList();
    }

    /// All of a decision but the order in which things were said.
    private record View(@Nullable Plan plan, String refusal, List<Ranking> ranking, List<Notice> notices,
            List<String> problems, List<Reason> reasons) {
        static View of(Decision decision) {
            return new View(decision instanceof Decision.Allow allow ? allow.plan() : null,
                    decision instanceof Decision.Deny ? denied(decision) : "", decision.ranking(),
                    decision.notices(), decision.problems(),
                    decision.reasons().stream().sorted(Comparator.comparing(Reason::toString)).toList());
        }

        View withoutReasons() {
            return new View(plan, refusal, ranking, notices, problems, List.of());
        }
    }

    private static Set<String> eligible(Decision decision) {
        return decision.ranking().stream().filter(Ranking::eligible).map(Ranking::candidate)
                .collect(Collectors.toSet());
    }

    private Question someQuestion() {
        Question question = random.nextBoolean() ? auto() : named(one(MODELS).id(), random.nextBoolean());
        return random.nextBoolean() ? question : question.with(someSession());
    }

    private Continuity someSession() {
        String model = random.nextInt(8) == 0 ? "cloud/gone" : one(MODELS).id();
        return new Continuity(model, 1, 1, 0, 9, -1, -1, -1);
    }

    /// forbid > require > pin > move > staying > prefer.
    @Test
    void aSessionKeepsItsModelWhereItMayAnswerUnlessARuleSaysMoveAndNoneSaysPin() {
        int stays = 0;
        for (int i = 0; i < ROUNDS; i++) {
            Question question = auto().with(someSession());
            String model = question.continuity().model();
            List<Named> said = someSayings();
            boolean pinned = said.stream().anyMatch(one -> one.verb().equals("pin"));
            boolean moved = !pinned && said.stream().anyMatch(one -> one.verb().equals("move"));
            Decision decision = verdict(question, sayings(said));
            Decision without = verdict(auto(), sayings(said));
            assertThat(decision.ranking()).isEqualTo(without.ranking());
            if (decision instanceof Decision.Allow && !moved && eligible(decision).contains(model)) {
                assertThat(tried(decision).getFirst()).isEqualTo(model);
                stays++;
            } else {
                assertThat(View.of(decision).withoutReasons()).as("as if there were no session")
                        .isEqualTo(View.of(without).withoutReasons());
            }
        }
        assertThat(stays).isGreaterThan(ROUNDS / 10);
    }

    @Test
    void theOrderOfTheSayingsDoesNotMatter() {
        for (int i = 0; i < ROUNDS; i++) {
            Question question = someQuestion();
            List<Named> said = someSayings();
            View before = View.of(verdict(question, sayings(said)));
            Collections.shuffle(said, random);
            assertThat(View.of(verdict(question, sayings(said)))).isEqualTo(before);
        }
    }

    @Test
    void sayingItTwiceSaysNoMoreUnlessItAddsUp() {
        for (int i = 0; i < ROUNDS; i++) {
            Question question = someQuestion();
            List<Named> said = someSayings();
            var twice = new ArrayList<>(said);
            said.stream().filter(one -> !ADDING.contains(one.verb())).forEach(twice::add);
            assertThat(View.of(verdict(question, sayings(twice))).withoutReasons())
                    .isEqualTo(View.of(verdict(question, sayings(said))).withoutReasons());
        }
    }

    @Test
    void whatIsForbiddenNeverAnswersWhateverElseIsSaid() {
        for (int i = 0; i < ROUNDS; i++) {
            List<Named> said = someSayings();
            Candidate model = one(MODELS);
            said.add(new Named("forbid", new Saying(someRule(), draft -> draft.forbid(model))));
            said.add(new Named("prefer", new Saying(someRule(), draft -> draft.prefer(model, 100))));
            Collections.shuffle(said, random);
            Decision decision = verdict(someQuestion(), sayings(said));
            assertThat(eligible(decision)).doesNotContain(model.id());
            if (decision instanceof Decision.Allow allow) {
                assertThat(allow.plan().attempts()).doesNotContain(model);
            }
        }
    }

    @Test
    void onlyWhatMeetsEveryRequirementAnswers() {
        for (int i = 0; i < ROUNDS; i++) {
            List<Named> said = someSayings();
            String label = one(List.of("a", "b"));
            said.add(new Named("require", new Saying(someRule(), draft -> draft.requireLabel(label))));
            MODELS.forEach(model -> said.add(new Named("prefer",
                    new Saying(someRule(), draft -> draft.prefer(model, model.labelled(label) ? 0 : 100)))));
            Decision decision = verdict(someQuestion(), sayings(said));
            assertThat(MODELS.stream().filter(model -> model.labelled(label)).map(Candidate::id).toList())
                    .containsAll(eligible(decision));
        }
    }

    /// Where nothing narrows the choice; there, a model that was only narrowed away comes in when all before it are forbidden.
    @Test
    void oneMoreForbidTakesAwayThatModelAndNoOtherChanges() {
        for (int i = 0; i < ROUNDS; i++) {
            List<Named> said = someSayings();
            said.removeIf(one -> Set.of("keepFree", "lastResort", "spare").contains(one.verb()));
            Question question = auto();
            Set<String> before = eligible(verdict(question, sayings(said)));
            Candidate model = one(MODELS);
            said.add(new Named("forbid", new Saying(someRule(), draft -> draft.forbid(model))));
            Set<String> after = eligible(verdict(question, sayings(said)));
            assertThat(after).isSubsetOf(before).doesNotContain(model.id());
            assertThat(before.stream().filter(id -> !after.contains(id))).isSubsetOf(model.id());
        }
    }

    @Test
    void ofSeveralSetsTheFirstInOrderHoldsAndOnlyEqualsAreInConflict() {
        for (int i = 0; i < ROUNDS; i++) {
            List<Said.Preset> said = IntStream.range(0, 1 + random.nextInt(5))
                    .mapToObj(_ -> new Said.Preset(someRule(), Parameter.TOP_P, random.nextInt(5) / 4.0)).toList();
            var problems = new ArrayList<String>();
            Said.Preset holds = Settlement.holding(said, problems);
            int first = said.stream().mapToInt(one -> one.rule().precedence()).max().orElseThrow();
            double[] values = said.stream().filter(one -> one.rule().precedence() == first)
                    .mapToDouble(Said.Preset::value).distinct().sorted().toArray();
            assertThat(holds.value()).isEqualTo(values[0]);
            assertThat(holds.rule().precedence()).isEqualTo(first);
            assertThat(problems).hasSize(values.length > 1 ? 1 : 0);
        }
    }

    @Test
    void noParameterIsEverAboveACap() {
        for (int i = 0; i < ROUNDS; i++) {
            List<Named> said = someSayings();
            double most = random.nextInt(8) / 4.0;
            said.add(new Named("cap", new Saying(someRule(), draft -> draft.cap(Parameter.TEMPERATURE, most))));
            if (verdict(auto(), sayings(said)) instanceof Decision.Allow allow) {
                Plan.Limit limit = limit(allow.plan(), Parameter.TEMPERATURE);
                assertThat(limit.withoutAsking()).isLessThanOrEqualTo(most);
                assertThat(limit.applyTo(random.nextDouble(2))).isLessThanOrEqualTo(most);
            }
        }
    }

    @Test
    void ofSeveralReactionsTheMostCarefulHolds() {
        for (int i = 0; i < ROUNDS; i++) {
            List<Said.OnFailure> reactions = IntStream.range(0, random.nextInt(6)).mapToObj(_ -> {
                FailureClass failure = one(OPEN);
                return new Said.OnFailure(someRule(), failure,
                        one(Arrays.stream(Reaction.values()).filter(failure::may).toList()));
            }).toList();
            List<Named> said = someSayings();
            said.removeIf(one -> one.verb().equals("onFailure"));
            reactions.forEach(one -> said.add(new Named("onFailure", new Saying(one.rule(),
                    draft -> draft.onFailure(one.failure(), one.reaction())))));
            Collections.shuffle(said, random);
            if (verdict(auto(), sayings(said)) instanceof Decision.Allow allow) {
                Map<FailureClass, Reaction> holds = allow.plan().reactions();
                assertThat(holds.keySet()).isEqualTo(
                        reactions.stream().map(Said.OnFailure::failure).collect(Collectors.toSet()));
                holds.forEach((failure, reaction) -> assertThat(reactions.stream()
                        .filter(one -> one.failure() == failure).map(Said.OnFailure::reaction))
                        .contains(reaction).allMatch(one -> one.compareTo(reaction) <= 0));
            }
        }
    }

    /// A prompt that one model refuses or finds wrong is shown to no other, whatever rules say.
    @Test
    void noRuleCanHaveARefusedPromptSentToSomebodyElse() {
        var draft = new Draft(rule("r"));
        for (FailureClass failure : FailureClass.values()) {
            for (Reaction reaction : Reaction.values()) {
                if (!failure.may(reaction)) {
                    assertThatIllegalArgumentException().isThrownBy(() -> draft.onFailure(failure, reaction))
                            .withMessageContaining("FailureClass." + failure);
                }
            }
        }
        assertThat(draft.said()).isEmpty();
        assertThat(List.of(FailureClass.REFUSED, FailureClass.INVALID_REQUEST, FailureClass.CANCELLED,
                FailureClass.DEADLINE)).allMatch(failure -> failure.usual() == Reaction.STOP)
                .noneMatch(failure -> Arrays.stream(Reaction.values()).anyMatch(failure::may));
    }

    @Test
    void aNamedModelAnswersOrIsRefusedWithTheReasonUnlessBothSidesAllowAnother() {
        for (int i = 0; i < ROUNDS; i++) {
            List<Named> said = someSayings();
            String model = one(MODELS).id();
            boolean substitute = random.nextBoolean();
            boolean kept = said.stream().anyMatch(one -> one.verb().equals("keepModel"));
            Decision decision = verdict(named(model, substitute), sayings(said));
            boolean able = eligible(decision).contains(model);
            if (decision instanceof Decision.Deny deny && deny.code().equals("denied_by_policy")) {
                assertThat(said).anyMatch(one -> one.verb().equals("deny"));
            } else if (able) {
                assertThat(tried(decision).getFirst()).isEqualTo(model);
                assertThat(tried(decision)).hasSizeLessThanOrEqualTo(substitute && !kept ? MODELS.size() : 1);
            } else if (substitute && !kept) {
                assertThat(decision).satisfiesAnyOf(one -> assertThat(tried(one)).doesNotContain(model),
                        one -> assertThat(denied(one)).startsWith("no_model_allowed"));
            } else {
                assertThat(denied(decision)).startsWith("model_forbidden: the model '" + model
                        + "' may not answer: because of r");
            }
        }
    }

    @Test
    void policyCanForbidThatANamedModelIsReplaced() {
        Consumer<DecisionDraft> unfit = draft -> draft.requireLabel("b");
        List<Saying> open = List.of(new Saying(rule("fit"), unfit));
        List<Saying> kept = List.of(new Saying(rule("fit"), unfit),
                new Saying(rule("as-asked"), DecisionDraft::keepModel));
        assertThat(tried(verdict(named("cloud/good", true), open))).isNotEmpty().doesNotContain("cloud/good");
        assertThat(denied(verdict(named("cloud/good", true), kept)))
                .isEqualTo("model_forbidden: the model 'cloud/good' may not answer: because of fit");
        assertThat(tried(verdict(named("cloud/cheap", true), kept))).containsExactly("cloud/cheap");
        assertThat(tried(verdict(auto(), kept))).as("it says nothing where policy chooses").hasSize(2);
    }

    @Test
    void safetyComesBeforeSalience() {
        Decision decision = verdict(auto(), List.of(
                new Saying(rule("s", Kind.CONTEXT, -999_999_999), draft -> draft.set(Parameter.TEMPERATURE, 0.9)),
                new Saying(rule("t", Kind.COST, 999_999_999), draft -> draft.set(Parameter.TEMPERATURE, 0.1))));
        assertThat(allowed(decision).plan().parameters().get(Parameter.TEMPERATURE))
                .isEqualTo(new Plan.Limit(0.9, Double.NaN));
        assertThat(decision.problems()).isEmpty();
    }

    @Test
    void alertsAreToldWorstFirstAndNotWithoutEnd() {
        List<Saying> many = IntStream.range(0, 200).mapToObj(i -> new Saying(rule("r" + i),
                draft -> draft.alert(i == 150 ? Severity.CRITICAL : Severity.INFO, "code-" + i, "x"))).toList();
        List<Notice> notices = verdict(auto(), many).notices();
        assertThat(notices).hasSize(32);
        assertThat(notices.getFirst().code()).isEqualTo("code-150");
    }

    @Test
    void anyNumberOfAttemptsMaySafelyBeSet() {
        Decision decision = verdict(auto(), draft -> draft.set(Parameter.ATTEMPTS, Integer.MAX_VALUE));
        assertThat(tried(decision)).hasSize(MODELS.size());
    }
}
