package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Reason;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the gates let pass has its limits.
@Timeout(120)
class ContainmentTest {
    private static final String RULE = Rules.rule("some", "Call()", "decision.deny(\"no\");");

    private static RuleSource source(String text) {
        return RuleSource.of("cost/a.drl", Kind.COST, text);
    }

    private static RuleSet ruleSet(String text) {
        RuleSource source = source(text);
        RuleCompiler.Output output = new RuleCompiler(new CompiledStore(null)).compile(List.of(source));
        CompiledFile file = Objects.requireNonNull(output.files().get(source.file()), output.problems().toString());
        return new RuleSet("", List.of(new RuleBase.Part(source.file(), file, Engine.model(file), source)));
    }

    @Test
    void nobodyWaitsForTheCompilerForEver() {
        RuleCompiler.Output output = new RuleCompiler(new CompiledStore(null), Duration.ZERO)
                .compile(List.of(source(RULE)));
        assertThat(output.files()).isEmpty();
        assertThat(output.problems()).singleElement().asString().contains("the compiler took more than 0 seconds");
    }

    @Test
    @Tag("long")
    void aDecisionThatFiresNoRuleIsStoppedToo() {
        Findings findings = ruleSet(pairs(80)).deliberate(Rules.question(models(600)),
                new Bounds(1_000, TimeUnit.MILLISECONDS.toNanos(1)), true);
        assertThat(findings.failure()).isEqualTo("the rules took more than 1000 microseconds");
        assertThat(findings.fired()).isEmpty();
    }

    private static String pairs(int rules) {
        return IntStream.range(0, rules)
                .mapToObj(i -> Rules.rule("pairs-" + i,
                        "$a : Candidate() Candidate( quality > $a.quality + " + (100 + i) + " )",
                        "decision.keepFree();"))
                .collect(Collectors.joining());
    }

    private static Candidate[] models(int count) {
        return IntStream.range(0, count).mapToObj(i -> Rules.candidate("cloud/m" + i)).toArray(Candidate[]::new);
    }

    @Test
    @Tag("long")
    void aDecisionThatIsStoppedBehindARuleThatIsNotAboutSafetyGetsTheDefaultPlan() {
        String first = Rules.rule("first", "Call()", "decision.keepModel();").replace("when", "salience 1000 when");
        Findings findings = ruleSet(first + pairs(80)).deliberate(Rules.question(models(600)),
                new Bounds(1_000, TimeUnit.MILLISECONDS.toNanos(300)), false);
        assertThat(findings.failure()).isNull();
        assertThat(findings.problems()).singleElement().asString()
                .startsWith("policy-over-budget: the rules took more than 300000 microseconds");
        assertThat(findings.said()).noneMatch(Said.KeepModel.class::isInstance)
                .anyMatch(Said.KeepFree.class::isInstance);
    }

    @Test
    @Tag("long")
    void aSlowDecisionIsLeftAloneWhileItHasTime() {
        Findings findings = ruleSet(pairs(10)).deliberate(Rules.question(models(600)),
                new Bounds(1_000, TimeUnit.MINUTES.toNanos(5)), false);
        assertThat(findings.problems()).isEmpty();
        assertThat(findings.failure()).isNull();
    }

    @Test
    void whateverGoesWrongInDecidingTheCallIsRefused() {
        var ruling = new Ruling(ruleSet(RULE), new Bounds(1, 1, () -> {
            throw new IllegalStateException("no clock");
        }));
        Decision decision = ruling.decide(Rules.question(models(1)));
        assertThat(Verdicts.denied(decision)).startsWith("policy_failed: ");
        assertThat(decision.id()).isEqualTo("call-1");
        assertThat(decision.problems())
                .containsExactly("deciding failed: java.lang.IllegalStateException: no clock");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void filesWhoseConditionsThrowAreLeftOutUpToTwo(int files, @TempDir Path folder) {
        for (int i = 0; i < files; i++) {
            Rules.put(folder, "cost/" + i + ".drl",
                    Rules.rule("throws-" + i, "Call( session.length() > " + i + " )", "decision.deny(\"never\");"));
        }
        Rules.put(folder, "cost/good.drl", Rules.rule("good", "Context()", "decision.keepFree();"));
        try (Policy policy = Rules.policy(folder)) {
            assertThat(policy.load().problems()).isEmpty();
            Decision decision = policy.decide(Rules.question(models(1)));
            assertThat(decision.problems()).filteredOn(problem -> problem.contains("failed and was skipped"))
                    .hasSize(files).allMatch(problem -> problem.contains("NullPointerException"));
            if (files == 2) {
                assertThat(decision.reasons()).extracting(Reason::rule).containsExactly("good");
            } else {
                assertThat(Verdicts.denied(decision)).startsWith("policy_failed");
                assertThat(decision.problems()).hasSize(4).endsWith("the conditions of too many rules failed");
            }
        }
    }

    @Test
    void rulesCanSayOnlySoMuch() {
        String rules = Rules.rule("talk", "$a : Candidate() Candidate()", "decision.avoid($a, 1);".repeat(15));
        Findings findings = ruleSet(rules).deliberate(Rules.question(models(50)),
                new Bounds(10_000, TimeUnit.MINUTES.toNanos(1)), false);
        assertThat(findings.failure()).isNull();
        assertThat(findings.problems()).singleElement().asString().startsWith("policy-over-budget")
                .contains("said more than 20000 things");
        assertThat(findings.said().size()).isLessThan(1_000);
    }

    @Test
    void classesFromTheCachePassTheGateAgain(@TempDir Path folder, @TempDir Path cache) throws IOException {
        Rules.put(folder, "cost/a.drl", RULE);
        try (Policy policy = Rules.policy(folder, cache)) {
            assertThat(policy.load().times().compiledFiles()).isEqualTo(1);
        }
        var store = new CompiledStore(cache);
        CompiledFile honest = store.find(source(RULE)).orElseThrow();
        var classes = new HashMap<>(honest.classes());
        String name = classes.keySet().stream().filter(each -> each.contains("LambdaConsequence")).findFirst()
                .orElseThrow();
        classes.put(name, type(name, code -> code
                .loadConstant(1)
                .invokestatic(ClassDesc.of("java.lang.System"), "exit",
                        MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int))
                .return_()));
        // with a checksum that is right
        store.save(new CompiledFile(honest.key(), honest.rules(), honest.factTypes(), Set.of(), Map.copyOf(classes)));
        try (Policy policy = Rules.policy(folder, cache)) {
            RuleSetReport report = policy.load();
            assertThat(report.accepted()).isTrue();
            assertThat(report.times().compiledFiles()).isEqualTo(1);
        }
        try (Stream<Path> files = Files.list(cache)) {
            assertThat(files).hasSize(1);
        }
        assertThat(BytecodeGate.look(store.find(source(RULE)).orElseThrow().classes())).isEmpty();
    }

    @Test
    void loopsLocksAndArraysAreSeenInByteCode() {
        assertThat(refusals(code -> {
            var start = code.newBoundLabel();
            code.goto_(start);
        })).containsExactly("a loop");
        assertThat(refusals(code -> code.aconst_null().monitorenter().return_())).containsExactly("a lock");
        assertThat(refusals(code -> code.loadConstant(1_000_000).anewarray(ConstantDescs.CD_String).pop().return_()))
                .containsExactly("an array");
        assertThat(refusals(code -> code.loadConstant(3).anewarray(ConstantDescs.CD_String).pop().return_())).isEmpty();
        assertThat(refusals(code -> code.aconst_null().athrow())).containsExactly("a throw");
        assertThat(refusals(code -> code.trying(body -> body.nop(), handlers -> handlers.catchingAll(
                handler -> handler.pop())).return_())).contains("a catch");
        assertThat(refusals(code -> code.trying(body -> body.nop(), handlers -> handlers.catching(
                ClassDesc.of("java.lang.NoSuchFieldError"), handler -> handler.pop())).return_())).isEmpty();
        assertThat(refusals(code -> code.invokestatic(ClassDesc.of("java.lang.Math"), "random",
                MethodTypeDesc.of(ConstantDescs.CD_double)).pop2().return_()))
                .containsExactly("java.lang.Math.random, which is not for rules");
        assertThat(refusals(code -> code.invokestatic(ClassDesc.of(NAME), "run", VOID).return_()))
                .containsExactly("a recursion");
    }

    @Test
    void whatIsNoClassIsRefused() {
        assertThat(BytecodeGate.look(Map.of(NAME, new byte[]{1, 2, 3}))).singleElement()
                .satisfies(refusal -> assertThat(refusal.what()).contains("can't be read"));
        assertThat(BytecodeGate.look(Map.of("dev.formulary.Evil", type("dev.formulary.Evil", CodeBuilder::return_))))
                .extracting(BytecodeGate.Refusal::what)
                .containsExactly("a class that no rule makes: dev.formulary.Evil");
        byte[] other = type(NAME.replace('0', '1'), CodeBuilder::return_);
        assertThat(BytecodeGate.look(Map.of(NAME, other)))
                .anySatisfy(refusal -> assertThat(refusal.what()).contains("not its own"));
    }

    private static final String NAME = Vocabulary.RULES + "x.LambdaConsequence" + "0".repeat(32);
    private static final MethodTypeDesc VOID = MethodTypeDesc.of(ConstantDescs.CD_void);

    private static Set<String> refusals(Consumer<CodeBuilder> code) {
        return BytecodeGate.look(Map.of(NAME, type(NAME, code))).stream().map(BytecodeGate.Refusal::what)
                .collect(Collectors.toSet());
    }

    private static byte[] type(String name, Consumer<CodeBuilder> code) {
        return ClassFile.of().build(ClassDesc.of(name),
                type -> type.withMethodBody("run", VOID, ClassFile.ACC_STATIC, code));
    }
}
