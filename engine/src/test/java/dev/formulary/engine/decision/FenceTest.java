package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Rules.put;
import static dev.formulary.engine.decision.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FenceTest {
    @TempDir
    Path folder;

    private List<String> problems(String text) {
        put(folder, "cost/a.drl", text);
        return Policy.check(folder).problems().stream().map(Problem::toString).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"System.exit(1);", "Runtime.getRuntime().exec(\"ls\");",
            "java.lang.System.getProperty(\"x\");", "Thread.sleep(1000);", "new Thread(null, null, \"x\").start();",
            "decision.getClass().forName(\"x\");", "Object o = \"x\".getClass();", "while (true) {}", "for (;;) {}",
            "do {} while (true);", "int[] a = new int[1000000000];", "String s = \"x\".repeat(1000000000);",
            "throw new RuntimeException();", "try { decision.deny(\"x\"); } finally { }", "synchronized(decision) { }",
            "Runnable r = () -> decision.deny(\"x\");", "insert(\"x\");", "drools.halt();", "kcontext.getKieRuntime();",
            "class A {}", "return;", "Class c = String.class;", "\"x\".matches(\"(a+)+\");",
            "String.format(\"%s\", \"x\");", "update(decision);", "modify(decision) { deny(\"x\") }",
            "var l = java.util.List.of(1);", "Risk.valueOf(\"HIGH\").getDeclaringClass();", "assert false;",
            "this.toString();", "Need.CRISIS_INTERVENTION.describeConstable();"})
    void whatARuleMustNotDoIsRefusedBeforeItRuns(String code) {
        assertThat(problems(rule("hostile", "Call()", code)))
                .anySatisfy(problem -> assertThat(problem).startsWith("cost/a.drl"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"eval( true )", "String()", "Object()", "Call( Runtime.getRuntime() != null )",
            "Call( tenant matches \"(a+)+\" )", "$x : Object() from System.getProperties()",
            "Call( tenant.getClass() != null )", "Call( java.lang.System.currentTimeMillis() > 0 )",
            "Answer()", "accumulate( $c : Candidate(); $l : collectList( $c ) )",
            "$n : Number() from accumulate( Candidate(), init( int i = 0; ), action( i++; ), result( i ) )",
            "Call() over window:length( 10 )", "Candidate() Candidate() Candidate()",
            "Call( tenant contains System.getProperty(\"x\") )", "Call( tenant str[startsWith] \"x\" )"})
    void conditionsThatMustNotBeAreRefused(String condition) {
        assertThat(problems(rule("hostile", condition, "decision.deny(\"x\");")))
                .anySatisfy(problem -> assertThat(problem).startsWith("cost/a.drl"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        import java.util.Map;                     | import
        import static java.lang.System.exit;      | import
        import function java.lang.System.exit     | import
        global String x                           | global
        function int f() { return 1; }            | function
        declare X end                             | declare
        declare enum E A(); end                   | declare
        declare window w Call() end               | declare
        package x;                                | package
        query "q" Call() end                      | query
        dialect "mvel"                            | dialect
        """)
    void onlyRulesStandInARuleFile(String before, String word) {
        assertThat(problems(before + "\n" + rule("fine", "Call()", "decision.deny(\"x\");")))
                .anySatisfy(problem -> assertThat(problem).startsWith("cost/a.drl:1:")
                        .contains("'" + word + "' is not allowed"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"agenda-group \"x\"", "activation-group \"x\"", "timer (int: 1s)", "dialect \"mvel\"",
            "salience (1 + 1)", "enabled (1 > 0)", "duration 10", "date-effective \"01-Jan-2020\"",
            "lock-on-active true", "extends \"other\""})
    void attributesThatMakeADecisionDependOnMoreThanItsFactsAreRefused(String attribute) {
        assertThat(problems(rule("odd", "Call()", "decision.deny(\"x\");").replace("when", attribute + "\nwhen")))
                .anySatisfy(problem -> assertThat(problem).startsWith("cost/a.drl"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        Call( tenant == "a", stream == true )                  | decision.deny("x");
        Context( needs contains Capability.VISION )            | decision.requireCapability(Capability.VISION);
        Context( need not in (Need.MINDFULNESS) )              | decision.requireSafety(7);
        Situation( openAlerts contains "x", hour >= 8 )        | decision.cap(Parameter.MAX_TOKENS, 100);
        $c : Candidate( labels contains "x", vitals.calls > 3 )| decision.avoid($c, Math.min(10, $c.inFlight()));
        $c : Candidate( card.classPrices.cachedInput > 300000 )| decision.avoid($c, 1);
        $c : Candidate( card.classPrices.steps.size > 0 ) Context( promptTokens > 200000 ) | decision.avoid($c, 1);
        not Candidate( local == true )                         | decision.alert(Severity.INFO, "x", "none" + 1);
        $b : Budget( usedRatio > 0.5 ) $c : Call()             | if ($b.counts($c)) { decision.keepFree(); }
        accumulate( Candidate( free == true ); $n : count(); $n > 1 ) | decision.alert(Severity.INFO, "n", "" + $n);
        forall( Candidate( breaker == BreakerState.OPEN ) )    | decision.weigh(Term.COST, 2);
        exists ( Host( cpu > 0.5 ) or Host( memory > 0.5 ) )   | decision.lastResort("local");
        Call( $p : priority )                                  | decision.set(Parameter.ATTEMPTS, switch ($p) { case URGENT -> 3; default -> 1; });
        Call( session != null, session!.length > 3 )           | decision.set(Parameter.DEADLINE_MS, 1000);
        """)
    void whatARuleNeedsIsThere(String condition, String consequence) {
        assertThat(problems(rule("useful", condition, consequence))).isEmpty();
    }

    @Test
    void everyRuleNeedsIdAndReason() {
        assertThat(problems("""
            rule "first" when Call() then decision.deny("x"); end
            rule "second" @id("Second One") @reason("") when Call() then decision.deny("x"); end
            rule "third" @id("third") @reason("why") @color("red") when Call() then decision.deny("x"); end
            """)).containsExactlyInAnyOrder(
                "cost/a.drl:1:1 [first] the rule needs an @id(\"...\"), unique in the folder",
                "cost/a.drl:1:1 [first] the rule needs a @reason(\"...\"): callers are told it when the rule refuses them",
                "cost/a.drl:2:1 [second] @id 'Second One' must be lower-case letters, digits, '.', '_' and '-', "
                        + "for example 'second-one'",
                "cost/a.drl:2:1 [second] the rule needs a @reason(\"...\"): callers are told it when the rule refuses them",
                "cost/a.drl:3:42 [third] @color is not known; a rule has @id, @reason and @owner");
    }

    @Test
    void idsAreUniqueInTheFolderAndNamesInAFile() {
        put(folder, "load/b.drl", rule("twice", "Call()", "decision.deny(\"x\");"));
        assertThat(problems(rule("twice", "Call()", "decision.deny(\"x\");"))).singleElement().asString()
                .startsWith("load/b.drl:1:1 [twice]").contains("cost/a.drl:1");
        String one = rule("same", "Call()", "decision.deny(\"x\");");
        assertThat(problems(one + one)).anySatisfy(
                problem -> assertThat(problem).startsWith("cost/a.drl:8:7 [same] another rule of this file"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        Context( nead == Need.MINDFULNESS )   | decision.deny("x");     | cost/a.drl:4:14 [bad] Context has no 'nead', did you mean 'need'?
        Context( need == "MINDFULNESS" )      | decision.deny("x");     | cost/a.drl:4:22 [bad]
        Context( promptTokens == "many" )     | decision.deny("x");     | cost/a.drl:4:30 [bad]
        Call()                                | decision.denny("x");    | cost/a.drl:6:14 [bad]
        Call()                                | decision.deny(3);       | cost/a.drl:6:19 [bad]
        Call()                                | decision.deny("x")      | cost/a.drl:
        Call(                                 | decision.deny("x");     | cost/a.drl:
        Kall()                                | decision.deny("x");     | cost/a.drl:4:5 [bad] 'Kall' is not a fact
        """)
    void anErrorIsToldWhereItIs(String condition, String consequence, String where) {
        assertThat(problems(rule("bad", condition, consequence)))
                .anySatisfy(problem -> assertThat(problem).startsWith(where));
    }

    @Test
    void oneBadRuleDoesNotHideTheNext() {
        assertThat(problems(rule("one", "Call( tenent == \"x\" )", "decision.deny(\"x\");")
                + rule("two", "Call()", "decision.denny(\"x\");"))).satisfiesExactlyInAnyOrder(
                        problem -> assertThat(problem).startsWith("cost/a.drl:4:11 [one]"),
                        problem -> assertThat(problem).startsWith("cost/a.drl:13:14 [two]"));
    }

    @Test
    void whatIsTooBigOrNotTextIsRefused() throws Exception {
        assertThat(problems("//" + "x".repeat(SyntaxGate.FILE_LIMIT))).singleElement().asString().contains("256 KiB");
        assertThat(problems("// \\u0041\n")).singleElement().asString().startsWith("cost/a.drl:1:4");
        assertThat(problems(rule("long", "Call()", "decision.keepFree();".repeat(30)))).singleElement().asString()
                .contains("20 statements");
        Files.write(folder.resolve("cost/a.drl"), new byte[]{(byte) 0xff, (byte) 0xfe, 0x41});
        assertThat(Policy.check(folder).problems()).singleElement().asString().contains("not UTF-8");
    }

    @Test
    void classesThatNoRuleMakesAreRefusedByTheLastGate() throws Exception {
        byte[] stranger;
        try (var in = FenceTest.class.getResourceAsStream("FenceTest.class")) {
            stranger = Objects.requireNonNull(in).readAllBytes();
        }
        assertThat(BytecodeGate.look(Map.of("dev.formulary.Evil", stranger))).isNotEmpty();
        String posing = Vocabulary.RULES + "x.LambdaConsequence0123456789ABCDEF0123456789ABCDEF";
        assertThat(BytecodeGate.look(Map.of(posing, stranger)))
                .anyMatch(refusal -> refusal.what().contains("not for rules"));
    }

    @Test
    void rulesDoNotSeeTheClassesOfTheEngine() {
        FencedLoader fence = FencedLoader.forRules();
        assertThat(fence.getResource("dev/formulary/engine/facts/Call.class")).isNotNull();
        for (String name : List.of("java.lang.Class", "java.lang.Runtime", "java.nio.file.Files",
                "dev.formulary.engine.decision.Policy", "java.util.regex.Pattern")) {
            assertThat(catchThrowable(() -> fence.loadClass(name)))
                    .isInstanceOf(ClassNotFoundException.class);
            assertThat(fence.getResource(name.replace('.', '/') + ".class")).isNull();
        }
    }
}
