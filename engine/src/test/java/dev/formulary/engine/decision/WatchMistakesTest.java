package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Rules.put;
import static dev.formulary.engine.decision.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What authors of rules that watch get wrong is told with its place and with what would be right.
class WatchMistakesTest {
    private static final String CPU = "$s : Signal( metric == Metric.HOST_CPU )";
    private static final String ALERT = "decision.alert(Severity.INFO, \"c\", \"m\"); ";

    @TempDir
    Path folder;

    private List<String> problems(String file, String text) {
        put(folder, file, text);
        return Policy.check(folder).problems().stream().map(Problem::toString).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        decision.avoid($c, 20);                    | 6:14 | can't say 'avoid', for it is heard on a tick and not with a call; write decision.demote($candidate, 20, "30m") beside an alert
        decision.forbid($c);                       | 6:14 | write decision.close($candidate, "30m") beside an alert
        decision.set(Parameter.TOP_P, 0.5);        | 6:14 | to speak of calls, ask for Call() in its conditions
        decision.hold("c");                        | 6:14 | 'hold' keeps an alert of its own rule open, and this rule tells none
        decision.close($c, "30m");                 | 6:14 | 'close' lasts while an alert is open, and this rule tells none
        decision.demote($c, 5, "30m");             | 6:14 | 'demote' lasts while an alert is open, and this rule tells none
        ALERT decision.hold("other");              | 6:55 | this rule tells 'c', not 'other'
        ALERT decision.close($c, "soon");          | 6:55 | 'close' takes at its end how long, such as "90s", "5m", "2h" or "1d", 30d at most, not "soon"
        ALERT decision.close($c, "31d");           | 6:55 | 30d at most, not "31d"
        ALERT decision.demote("home", 200, "30m"); | 6:70 | 'demote' takes a number from 0 to 100, not 200
        ALERT decision.close($c);                  | 6:55 | 'close' takes 2 things between its brackets, not 1: write close($candidate, "30m")
        ALERT decision.close(5, "30m");            | 6:61 | 'close' takes here a model that the conditions name
        decision.alert(Severity.INFO, "c", 5, "m"); | 6:40 | 'alert' takes here a text in quotation marks, not 5
        decision.alert(Severity.INFO, "c", "r", ""); | 6:45 | takes a message of 1 to 500 characters here, this has 0
        decision.hald("c");                        | 6:14 | a rule can't say 'hald', did you mean 'hold'?
        """)
    void aRuleThatWatchesSaysWhatItMay(String says, String place, String message) {
        assertThat(problems("alert/a.drl", rule("r", "$c : Candidate() " + CPU, says.replace("ALERT ", ALERT))))
                .first().asString().startsWith("alert/a.drl:" + place).contains(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        cost/a.drl  | Call()          | decision.hold("c");                             | 6:14 | 'hold' is said only by rules that watch: those in alert/ that ask nothing of Call, Context or Continuity
        alert/a.drl | Call()          | decision.close("home", "5m");                   | 6:14 | 'close' is said only by rules that watch
        load/a.drl  | Host()          | decision.alert(Severity.INFO, "c", "r", "m");   | 6:14 | an alert of a resource is told only by rules that watch
        load/a.drl  | Signal()        | decision.keepFree();                            | 4:5  | 'Signal' is seen only by rules that watch: those in alert/ that ask nothing of Call, Context or Continuity; in load/ ask Host, Budget or Candidate
        alert/a.drl | Signal() Call() | decision.alert(Severity.INFO, "c", "m");        | 4:5  | it is one because it asks for Call, Context or Continuity: leave these out
        alert/a.drl | Signal( metric == Metric.HOST_CPUS ) | decision.alert(Severity.INFO, "c", "m"); | 4:30 | Metric has no 'HOST_CPUS', did you mean Metric.HOST_CPU?
        alert/a.drl | Signal( metric == HOST_CPU ) | decision.alert(Severity.INFO, "c", "m"); | 4:23 | 'HOST_CPU' is not known, write Metric.HOST_CPU
        alert/a.drl | Signal( valeu > 1 ) | decision.alert(Severity.INFO, "c", "m");     | 4:13 | Signal has no 'valeu', did you mean 'value'?
        alert/a.drl | Signal( mean() > 1 ) | decision.alert(Severity.INFO, "c", "m");    | 4:13 | 'mean' takes one thing between its brackets, not nothing
        alert/a.drl | Signal() Signal() Candidate() Budget() | decision.alert(Severity.INFO, "c", "m"); | 4: | a rule that asks for Signal may have 3 patterns on Signal, Candidate and Budget together
        """)
    void whatBelongsToRulesThatWatchIsRefusedElsewhere(String file, String when, String says, String place,
            String message) {
        assertThat(problems(file, rule("r", when, says))).first().asString().startsWith(file + ":" + place)
                .contains(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        alert/a.drl | @lasting("soon")  | Host() | 1:57 | @lasting takes how long, such as "90s", "5m", "2h" or "1d", 30d at most, not 'soon'
        alert/a.drl | @recovery("-5m")  | Host() | 1:57 | @recovery takes how long
        alert/a.drl | @cooldown("40d")  | Host() | 1:57 | 30d at most, not '40d'
        alert/a.drl | @cooldown(5)      | Host() | 1:57 | @cooldown must hold one text in quotation marks
        alert/a.drl | @cooldwn("5m")    | Host() | 1:57 | @cooldwn is not known, did you mean @cooldown?
        alert/a.drl | @severity("high") | Host() | 1:57 | a rule has @id, @reason and @owner, and as it watches @lasting, @recovery and @cooldown
        alert/a.drl | @lasting("5m")    | Call() | 1:57 | @lasting is for rules that watch: those in alert/ that ask nothing of Call, Context or Continuity
        cost/a.drl  | @lasting("5m")    | Host() | 1:57 | @lasting is for rules that watch
        """)
    void notesAboutTimesAreLookedAt(String file, String note, String when, String place, String message) {
        String text = "rule \"r\" @id(\"r\") @reason(\"a reason of some length\")    " + note + " when " + when
                + " then decision.alert(Severity.INFO, \"c\", \"m\"); end\n";
        assertThat(text.indexOf('@' + note.substring(1)) + 1).isEqualTo(57);
        assertThat(problems(file, text)).first().asString().startsWith(file + ":" + place).contains(message);
    }

    @Test
    void aRowOfATableThatWatchesIsHeldToTheSame() {
        assertThat(problems("alert/a.csv", "cpu,->,alert,attempts,reason\n>0.9,,warning hot,2,it is hot\n"))
                .singleElement()
                .asString().startsWith("alert/a.csv:2").contains("a rule that watches can't say 'set'");
        assertThat(problems("alert/a.csv", "cpu,->,alert,reason\n>0.9,,warning hot,it is hot\n")).isEmpty();
    }

    @Test
    void whatIsOddIsWarnedOf() throws IOException {
        put(folder, "alert/a.drl", rule("any", "Signal( value > 5 )", ALERT)
                + rule("always", "Situation()", ALERT)
                + rule("code", "$c : Candidate( errorRate > 0.5 )",
                        "decision.alert(Severity.INFO, \"bad:\" + $c.id(), \"m\");"));
        assertThat(Tryout.of(folder, List.of(), null).report().warnings())
                .filteredOn(problem -> !problem.code().equals("no-scenarios")).extracting(Problem::toString)
                .containsExactly(
                        "alert/a.drl:4:5 [any] the rule asks for signals whatever they measure; say which, for example "
                                + "metric == Metric.HOST_CPU",
                        "alert/a.drl:8:1 [always] the rule tells its alert on every tick, whatever is so",
                        "alert/a.drl:20:14 [code] what the alert is about stands in its code; write decision.alert(severity, "
                                + "code, resource, message), so that people can silence and group by it");
    }
}
