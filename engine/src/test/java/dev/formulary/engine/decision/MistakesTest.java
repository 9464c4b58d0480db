package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The mistakes of people who are not programmers are told where they are, in their own words, with what would be right.
class MistakesTest {
    private static List<String> problems(String text) {
        return Corpus.problems(RuleSource.of("cost/a.drl", Kind.COST, text)).stream().map(Problem::toString).toList();
    }

    private static void told(String text, String place, String message) {
        assertThat(problems(text)).isNotEmpty().first().asString().startsWith("cost/a.drl:" + place + " ")
                .contains(message);
        assertThat(problems(text)).noneMatch(problem -> problem.contains("Exception") || problem.contains("mismatched")
                || problem.contains("viable") || problem.contains("Unable to") || problem.contains("DecisionDraft")
                || problem.contains("dev.formulary"));
    }

    /// Between `when` and `then`, on line 4; the text begins in column 5.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        Call( tenant == "a" stream == true )         | 4:25 | a comma is missing before 'stream'
        Call( tenant = "a" )                         | 4:18 | '=' compares nothing, write '=='
        Situation( hour => 22 )                      | 4:21 | '=>' compares nothing, write '>='
        Situation( hour <> 22 )                      | 4:21 | '<>' compares nothing, write '!='
        Call( tenent == "a" )                        | 4:11 | Call has no 'tenent', did you mean 'tenant'?
        Call( hour == 3 )                            | 4:11 | Call has no 'hour', that belongs to Situation
        Context( therapy.aproach == Approach.CBT )   | 4:22 | Therapy has no 'aproach', did you mean 'approach'?
        Call( tenant.lenght > 3 )                    | 4:18 | a text has no 'lenght', did you mean 'length'?
        Context( risk == Risk.HIHG )                 | 4:27 | Risk has no 'HIHG', did you mean Risk.HIGH?
        Context( risk == Risk.FEARFUL )              | 4:27 | Risk has no 'FEARFUL'; there are UNSPECIFIED, LOW,
        Context( need == Need.GRIEF_SUPPORT )        | 4:27 | (lexicon/vocabulary.csv) is asked for with says("need", "grief_support")
        Context( need == "grief_support" )           | 4:22 | (lexicon/vocabulary.csv) is asked for with says("need", "grief_support")
        Context( therapy.session == "on_leave" )     | 4:33 | is asked for with says("session-state", "on_leave")
        Candidate( labels == "gpu" )                 | 4:16 | ask whether one is among them: labels contains "gpu"
        Context( needs == Capability.VISION )        | 4:14 | ask whether one is among them: needs contains Capability.VISION
        Budget( usedRatio > 50% )                    | 4:25 | a share is written as a number from 0 to 1: 0.5 for 50 %
        Host( cpu > 7.5%, gpu > 0.5 )                | 4:17 | a share is written as a number from 0 to 1: 0.075 for 7.5 %
        Context( risk == HIGH )                      | 4:22 | 'HIGH' is not known, write Risk.HIGH
        Context( risk == high )                      | 4:22 | 'high' is not known, write Risk.HIGH
        Context( risk == "high" )                    | 4:22 | 'risk' is one of the words of Risk: write Risk.HIGH
        Context( risk == Need.MINDFULNESS )          | 4:22 | 'risk' is one of the words of Risk, not Need.MINDFULNESS
        Call( priority in (Priority.BATCH, NORMAL) ) | 4:40 | 'NORMAL' is not known, write Priority.NORMAL
        Context( needs contains VISION )             | 4:29 | 'VISION' is not known, write Capability.VISION
        Context( needs contains "vision" )           | 4:29 | write Capability.VISION
        Candidate( can(VISION) )                     | 4:20 | 'VISION' is not known, write Capability.VISION
        Candidate( labeled("x") )                    | 4:16 | Candidate has no 'labeled', did you mean 'labelled'?
        Candidate( labelled() )                      | 4:16 | 'labelled' takes one thing between its brackets, not nothing
        Candidate( labelled(x) )                     | 4:25 | a text stands in quotation marks: "x"
        Cal( tenant == "a" )                         | 4:5  | 'Cal' is not a fact, did you mean 'Call'?
        call( tenant == "a" )                        | 4:5  | 'call' is not a fact, did you mean 'Call'?
        Request( tenant == "a" )                     | 4:5  | 'Request' is not a fact; there are Budget, Call, Candidate
        Call( tenant == a )                          | 4:21 | 'a' is not known; a text stands in quotation marks: "a"
        Call( tenant == "a )                         | 4:21 | this quotation mark has no partner on its line
        Call( tenant == a" )                         | 4:22 | this quotation mark has no partner on its line
        Call( tenant == “a” )                        | 4:21 | write straight quotation marks, ", in place of “
        Call( tenant == „a“ )                        | 4:21 | write straight quotation marks, ", in place of „
        Call( tenant == ‘a’ )                        | 4:21 | write straight quotation marks, ", in place of ‘
        Call( tenant == "a"                          | 4:9  | this bracket is not closed, ')' is missing
        Call tenant == "a" )                         | 4:5  | behind 'Call' a bracket is missing: Call( ... )
        Call( tenant == "a" ) )                      | 4:27 | this bracket closes none that was opened
        Call( tenant == "a", )                       | 4:24 | behind ',' a condition is missing
        Call( tenant == "a" && )                     | 4:25 | behind '&&' a condition is missing
        Call( tenant == "a"; )                       | 4:24 | between conditions stands a comma, no semicolon
        Call( tenant == "a" and stream == true )     | 4:25 | conditions are joined with ',' or '&&', not with 'and'
        Situation( hour < 6 or hour > 22 )           | 4:25 | conditions are joined with '||', not with 'or'
        Call() and and Context()                     | 4:16 | behind 'and' a condition is missing
        Call() or                                    | 4:12 | behind 'or' a condition is missing; then comes 'then'
        Call() AND Context()                         | 4:12 | 'AND' is written 'and'
        NOT Call( tenant == "a" )                    | 4:5  | 'NOT' is written 'not'
        If Call( tenant == "a" )                     | 4:5  | 'If' is not needed
        Context( promptTokens > "100" )              | 4:29 | is a number, and a number stands without quotation marks
        Context( promptTokens > 1,000 )              | 4:31 | '000' asks nothing that is true or false; between two
        Context( promptTokens > 1.000 )              | 4:29 | is a whole number, and 1.000 is 1; write it without a point
        Call( tenant == 5 )                          | 4:21 | is a text, and a text stands in quotation marks: "5"
        Call( tenant )                               | 4:11 | 'tenant' asks nothing that is true or false; compare it
        Call( stream == "yes" )                      | 4:21 | 'stream' is true or false, not "yes"
        Call( stream == yes )                        | 4:21 | 'yes' is not known, write true or false
        Situation( hour == 25 )                      | 4:24 | 'hour' is a whole number from 0 to 23
        Host( cpu > 90 )                             | 4:17 | 'cpu' is a number from 0 to 1; 90 per cent is 0.9
        Budget( usedRatio > 80 )                     | 4:25 | 'usedRatio' is a number from 0 to 10; 80 per cent is 0.8
        Candidate( quality > 80 )                    | 4:26 | 'quality' is a number from 0 to 10
        Candidate( vitals.errorRate > 5 )            | 4:35 | 'vitals.errorRate' is a number from 0 to 1
        Context( 50 < traits.complexity )            | 4:14 | 'traits.complexity' is a number from 0 to 10
        Context( risk )                              | 4:14 | compare it, for example risk == Risk.CRITICAL
        Situation( hour )                            | 4:16 | compare it, for example hour == 1
        Call( tenant )                               | 4:11 | compare it, for example tenant == "..."
        Call( tenant not in ("a" "b") )              | 4:30 | a comma is missing before '"b"'
        not Call( tenant == "a" ) or                 | 4:31 | behind 'or' a condition is missing; then comes 'then'
        not ( Call( stream == true ) ; Host( ) )     | 4:34 | between conditions stands a comma, no semicolon
        accumulate( Candidate( free == true; local == true ); $n : count(); $n > 1 )   | 4:40 | a comma, no semicolon
        accumulate( Candidate( (free == true) ); $n : count() ) Call( tenant = "a" )   | 4:74 | '=' compares nothing
        exists ( $c : Candidate( ) and Host( cpu = 3 ) ) | 4:46 | '=' compares nothing, write '=='
        eval( true )                                 | 4:5  | 'eval' is not allowed, it runs code
        Call( eval( tenant == "a" ) )                | 4:11 | 'eval' is not allowed, it runs code
        """)
    void inConditions(String when, String place, String message) {
        told(Rules.rule("a", when, "decision.keepFree();"), place, message);
    }

    /// Behind `then`, on line 6; the text begins in column 5. The conditions name a model, a call and its tenant.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        decision.forbit($candidate);                   | 6:14 | a rule can't say 'forbit', did you mean 'forbid'?
        decision.allow($candidate);                    | 6:14 | what no rule forbids may answer: to let only some, forbid the others
        decision.Forbid($candidate);                   | 6:14 | a rule can't say 'Forbid', did you mean 'forbid'?
        Decision.forbid($candidate);                   | 6:5  | 'Decision' is not known to rules, did you mean 'decision'?
        decison.forbid($candidate);                    | 6:5  | 'decison' is not known, did you mean 'decision'?
        decision forbid($candidate);                   | 6:5  | between 'decision' and 'forbid' a point is missing
        forbid($candidate);                            | 6:5  | what a rule says begins with 'decision.'
        deny "no";                                     | 6:5  | behind 'deny' a bracket is missing: decision.deny( ... );
        decision.forbid($candidat);                    | 6:21 | '$candidat' is not known, did you mean '$candidate'?
        decision.forbid(candidate);                    | 6:21 | 'candidate' is not known, did you mean '$candidate'?
        decision.forbid($model);                       | 6:21 | '$model' is not known; give it a name in the conditions
        decision.forbid($call);                        | 6:21 | 'forbid' takes here a model that the conditions name
        decision.forbid("home/small");                 | 6:21 | 'forbid' takes here a model that the conditions name
        decision.forbid();                             | 6:14 | 'forbid' takes one thing between its brackets, not nothing
        decision.prefer($candidate);                   | 6:14 | takes 2 things between its brackets, not 1: write prefer($
        decision.requireLocal(true);                   | 6:14 | 'requireLocal' takes nothing between its brackets, not 1
        decision.prefer($candidate, "40");             | 6:33 | takes here a number, without quotation marks, not "40"
        decision.prefer($candidate, 400);              | 6:33 | 'prefer' takes a number from 0 to 100, not 400
        decision.avoid($candidate, -5);                | 6:32 | 'avoid' takes a number from 0 to 100, not -5
        decision.prefer($candidate, $candidate.qulty); | 6:44 | Candidate has no 'qulty', did you mean 'quality'?
        decision.prefer($candidate, $candidate.safety);| 6:44 | is written with brackets: $candidate.safety()
        decision.set(TEMPERATURE, 5);                  | 6:18 | 'TEMPERATURE' is not known, write Parameter.TEMPERATURE
        decision.set(Parameter.TEMPERATURE, 5);        | 6:41 | takes a number from 0 to 2 for Parameter.TEMPERATURE, not 5
        decision.set(Parameter.TEMPERATUR, 0.5);       | 6:28 | did you mean Parameter.TEMPERATURE?
        decision.set(Parameter.TEMPERATURE, "warm");   | 6:41 | takes here a number, without quotation marks, not "warm"
        decision.set(Parameter.TEMPERATURE, 0,5);      | 6:14 | numbers have a point: 0.5
        decision.set("temperature", 0.5);              | 6:18 | 'set' takes here a word: write Parameter.TEMPERATURE
        decision.set(Parameter.ATTEMPTS, 2.5);         | 6:38 | takes a whole number from 1 to 100 for Parameter.ATTEMPTS
        decision.cap(Parameter.MAX_TOKENS, 0);         | 6:40 | takes a whole number from 1 to 100000000
        decision.balance(3);                           | 6:22 | 'balance' takes a number from 0 to 1, not 3
        decision.requireSafety(70);                    | 6:28 | 'requireSafety' takes a number from 0 to 10, not 70
        decision.weigh(Term.COST, 40);                 | 6:31 | 'weigh' takes a number from 0 to 10 for Term.COST, not 40
        decision.weigh(Term.PRICE, 4);                 | 6:25 | Term has no 'PRICE'; there are QUALITY, COST, LATENCY, LOAD
        decision.onFailure(FailureClass.SERVER);       | 6:14 | write onFailure(FailureClass.SERVER, Reaction.RETRY)
        decision.onFailure(FailureClass.SLOW, Reaction.NEXT); | 6:37 | FailureClass has no 'SLOW'
        decision.onFailure(FailureClass.REFUSED, Reaction.NEXT); | 6:46 | takes for FailureClass.REFUSED nothing, it is always STOP
        decision.onFailure(FailureClass.AUTH, Reaction.RETRY); | 6:43 | FailureClass.AUTH Reaction.NEXT or Reaction.STOP, as the same
        decision.requireLabel(crisis);                 | 6:27 | a text stands in quotation marks: "crisis"
        decision.requireLabel("");                     | 6:27 | takes a label of 1 to 80 characters here, this has 0
        decision.requireLabel("crisis")                | 6:35 | a semicolon is missing behind ')'
        decision.requireLabel(crisis");                | 6:33 | this quotation mark has no partner on its line
        decision.requireLabel("crisis";                | 6:26 | this bracket is not closed, ')' is missing
        decision.requireLabel("crisis"));              | 6:36 | this bracket closes none that was opened
        decision.deny(“no”);                           | 6:19 | write straight quotation marks, ", in place of “
        decision.deny(3);                              | 6:19 | 'deny' takes here a text in quotation marks, not 3
        decision.deny();                               | 6:14 | write deny("what is wrong and what would be right")
        decision.alert(WARNING, "x", "y");             | 6:20 | 'WARNING' is not known, write Severity.WARNING
        decision.alert(Severity.WARN, "x", "y");       | 6:29 | Severity has no 'WARN', did you mean Severity.WARNING?
        decision.alert("warning", "x", "y");           | 6:20 | 'alert' takes here a word: write Severity.WARNING
        decision.alert(Severity.WARNING, "x");         | 6:14 | 'alert' takes 3 things between its brackets, not 2
        decision.requireCapability(VISION);            | 6:32 | 'VISION' is not known, write Capability.VISION
        decision.requireCapability(Capability.SEE);    | 6:43 | Capability has no 'SEE'; there are CHAT, EMBED, VISION
        decision.requireLabel($label);                 | 6:27 | in the conditions, for example Call( $label : tenant )
        decision.forbid(otherCandidate);               | 6:21 | for example otherCandidate : Candidate( ... )
        decision.deny(Risk.HIGH);                      | 6:19 | takes here a text in quotation marks, not Risk.HIGH
        decision.deny("");                             | 6:19 | takes a message of 1 to 500 characters here, this has 0
        decision.lastResort(" ");                      | 6:25 | takes a label of 1 to 80 characters here, this has 0
        decision.alert(Severity.INFO, "", "y");        | 6:35 | takes a code of 1 to 80 characters here, this has 0
        decision.alert(Severity.INFO, "x", "");        | 6:40 | takes a message of 1 to 500 characters here, this has 0
        if ($x) { decision.keepFree(); }               | 6:9  | '$x' is not known; give it a name in the conditions
        modify($call) { tenant = "b" }                 | 6:5  | 'modify' is not allowed in a rule; facts never change
        """)
    void inWhatTheRuleSays(String then, String place, String message) {
        told(Rules.rule("a", "$call : Call( $tenant : tenant ) $candidate : Candidate( local == true )", then), place,
                message);
    }

    /// Around both; `/` is the end of a line.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        rule "a"/@id("a") @reason("r")/when/Call()/then/decision.keepFree();/               | 6:20 | 'end' is missing
        rule "a"/@id("a") @reason("r")/when/Call()/decision.keepFree();/end/                | 5:1  | 'then' is missing before
        rule "a"/@id("a") @reason("r")/Call()/then/decision.keepFree();/end/                | 3:1  | 'when' is missing before
        rule "a"/@id("a") @reason("r")/When/Call()/then/decision.keepFree();/end/           | 3:1  | 'When' is written 'when'
        rule "a"/@id("a") @reason("r")/when/Call()/THEN/decision.keepFree();/end/           | 5:1  | 'THEN' is written 'then'
        rule "a"/@id("a") @reason("r")/when/Call()/then/decision.keepFree();/End/           | 7:1  | 'End' is written 'end'
        Rule "a"/@id("a") @reason("r")/when/Call()/then/decision.keepFree();/end/           | 1:1  | 'Rule' is written 'rule'
        rule a b/@id("a") @reason("r")/when/Call()/then/decision.keepFree();/end/           | 1:6  | stands in quotation marks
        rule "a/@id("a") @reason("r")/when/Call()/then/decision.keepFree();/end/            | 1:6  | no partner on its line
        rule/@id("a") @reason("r")/when/Call()/then/decision.keepFree();/end/               | 1:1  | a rule has a name
        rule "a"/@id("a")/when/Call()/then/decision.keepFree();/end/                        | 1:1  | needs a @reason("...")
        rule "a"/@reason("r")/when/Call()/then/decision.keepFree();/end/                    | 1:1  | needs an @id("...")
        rule "a"/@id(a) @reason("r")/when/Call()/then/decision.keepFree();/end/             | 2:1  | in quotation marks
        rule "a"/@id("a b") @reason("r")/when/Call()/then/decision.keepFree();/end/         | 1:1  | for example 'a-b'
        rule "a"/@id("a") @reason(“r”)/when/Call()/then/decision.keepFree();/end/           | 2:18 | straight quotation marks
        rule "a"/@id("a") @reason("r"/when/Call()/then/decision.keepFree();/end/            | 2:17 | this bracket is not closed
        rule "a"/@id "a" @reason "r"/when/Call()/then/decision.keepFree();/end/             | 2:5  | stands in brackets: @id("a")
        rule "a"/@id("a") @reason("r") @ower("x")/when/Call()/then/decision.keepFree();/end/| 2:23 | did you mean @owner?
        rule "a"/@id("a") @reason("r") saliance 10/when/Call()/then/decision.keepFree();/end/| 2:23 | did you mean 'salience'?
        rule "a"/@id("a") @reason("r") salience high/when/Call()/then/decision.keepFree();/end/| 2:23 | must be a whole number
        rule "a"/@id("a") @reason("r"/then/decision.keepFree();/end/                        | 2:17 | this bracket is not closed
        rule "a"/@id("a") @reason("r")/                                                     | 1:1  | no 'when' and no 'then'
        rule "a"/@id("a") @reason("r") quick/when/Call()/then/decision.keepFree();/end/     | 2:23 | 'quick' is not known here
        rule "a"/@id("a") @reason("r") no-loop true/when/Call( id = "a" )/then/decision.pin();/end/ | 4:10 | compares nothing
        rule "a"/@id("a") @reason("r")/when/Call( ]/then/decision.pin();/end/               | 4:7  | closes none that was opened
        rule "a"/@id("a") @reason("r")/when/Call()/then/decision.pin();/end/end/            | 8:1  | ends nothing
        # note/rule "a"/@id("a") @reason("r")/when/Call()/then/decision.keepFree();/end/    | 1:1  | a remark begins with //
        hello                                                                               | 1:1  | this is 'hello'
        """)
    void around(String lines, String place, String message) {
        told(lines.replace('/', '\n').replace("with \n\n", "with //"), place, message);
    }

    @Test
    void theRuleThatIsNotEndedIsTheOneThatIsMeant() {
        String open = Rules.rule("a", "Call()", "decision.keepFree();").replace("end\n", "");
        told(open + Rules.rule("b", "Call()", "decision.keepFree();"), "7:1", "[a] 'end' is missing before this rule");
        String twice = Rules.rule("a", "Call()", "decision.keepFree();");
        told(twice + twice.replace("@id(\"a\")", "@id(\"b\")"), "8:7", "another rule of this file has this name");
    }

    @Test
    void whereALineBeginsWithTabsColumnsCountCharactersAndAMarkInFrontCountsNothing() {
        String rule = Rules.rule("a", "Call( tenent == \"a\" )", "decision.forbit();").replace("    ", "\t");
        assertThat(problems("\ufeff" + rule)).containsExactly(
                "cost/a.drl:4:8 [a] Call has no 'tenent', did you mean 'tenant'?",
                "cost/a.drl:6:11 [a] a rule can't say 'forbit', did you mean 'forbid'?");
        assertThat(problems("\ufeff" + Rules.rule("a", "Call()", "decision.keepFree();").replace("    ", "\t")))
                .isEmpty();
    }

    @Test
    void placesAreRightWhereConditionsAndSayingsHaveSeveralLines() {
        assertThat(problems(Rules.rule("a", "Call( stream == true,\n        tenent == \"a\" )\n    Context(\n"
                + "        risk == Risk.HIHG ||\n        risk == Risk.LOWW )",
                "decision.keepFree();\n"
                        + "    decision.forbit();")))
                .containsExactly("cost/a.drl:5:9 [a] Call has no 'tenent', did you mean 'tenant'?",
                        "cost/a.drl:7:22 [a] Risk has no 'HIHG', did you mean Risk.HIGH?",
                        "cost/a.drl:8:22 [a] Risk has no 'LOWW', did you mean Risk.LOW?",
                        "cost/a.drl:11:14 [a] a rule can't say 'forbit', did you mean 'forbid'?");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        Continuity( inRw > 2 )       | decision.pin();           | 4:17 [a] Continuity has no 'inRw', did you mean 'inRow'?
        Continuity( calls == "two" ) | decision.pin();           | 4:26 [a] 'calls' is a number, and a number stands without quotation marks
        Continuity( calls > 1.5 )    | decision.move();          | 4:25 [a] 'calls' is a whole number, and 1.5 is 1.5; write it without a point
        Continuty( calls > 1 )       | decision.move();          | 4:5 [a] 'Continuty' is not a fact, did you mean 'Continuity'?
        Continuity( )                | decision.pim();           | 6:14 [a] a rule can't say 'pim', did you mean 'pin'?
        Continuity( )                | decision.pin($c);         | 6:14 [a] 'pin' takes nothing between its brackets, not 1: write pin()
        Continuity( )                | decision.move("now");     | 6:14 [a] 'move' takes nothing between its brackets, not 1: write move()
        """)
    void mistakesAboutSessionsAreToldLikeAllOthers(String when, String then, String told) {
        assertThat(problems(Rules.rule("a", when, then))).contains("cost/a.drl:" + told);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        Situation( hour < 24 )                                        | decision.keepFree();
        Host( cpu < 0 )                                               | decision.keepFree();
        Budget( usedRatio >= 1.5 )                                    | decision.keepFree();
        Candidate( quality >= 10 )                                    | decision.set(Parameter.CACHE_SECONDS, 0);
        $c : Candidate( $q : quality ) Candidate( quality > $q )      | decision.prefer($c, $q * 10);
        Call( session != null, session!.length > 3 )                  | decision.keepFree();
        Context( says("house-mode", "night") )                        | decision.keepFree();
        Continuity( crisisWithin(1800) != CrisisLevel.NONE, calls > 2 ) | decision.pin(); decision.move();
        $b : Budget( ) $c : Call( ) $m : Candidate( )                 | if ($b.counts($c)) { decision.forbid($m); }
        $n : Number( ) from accumulate( Candidate( $q : quality ), max( $q ) ) | decision.balance($n.doubleValue() / 10);
        accumulate( Candidate( $q : quality ); $n : max( $q ) )       | double most = 5; decision.balance($n.doubleValue() > most ? 1 : 0);
        Call( $p : priority )                                         | decision.weigh(Term.COST, switch ($p) { case BATCH -> 4; default -> 1; });
        Call( tenant in ("a", "b"), tenant not in ("c") )             | String word = "x" + 1; decision.requireLabel(word);
        """)
    void whatIsRightIsNotComplainedOf(String when, String then) {
        assertThat(problems(Rules.rule("a", when, then))).isEmpty();
    }
}
