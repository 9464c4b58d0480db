package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Rules.candidate;
import static dev.formulary.engine.decision.Rules.policy;
import static dev.formulary.engine.decision.Rules.put;
import static dev.formulary.engine.decision.Rules.question;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Reason;
import dev.formulary.engine.facts.Severity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TablesTest {
    @TempDir
    Path folder;

    static List<String> problems(String table) {
        var problems = new ArrayList<Problem>();
        Tables.read("cost/a.csv", Kind.COST, table.getBytes(StandardCharsets.UTF_8), problems);
        return problems.stream().map(Problem::toString).toList();
    }

    private static Decision.Allow allowed(Policy policy, String... candidates) {
        return (Decision.Allow) policy.decide(question(List.of(candidates).stream().map(id -> candidate(id, 5, 0))
                .toArray(Candidate[]::new)));
    }

    @Test
    void eachRowIsARuleThatNamesItsLine() {
        put(folder, "cost/limits.csv", """
            # what calls may use
            priority, need, ->, max-tokens, reason

            normal,   ,   ,   500, "no long answers, please"
            ,         any, , 900, "for all: ""at most""; that's it"
            """);
        try (Policy policy = policy(folder)) {
            assertThat(policy.load().problems()).isEmpty();
            Decision.Allow decision = allowed(policy, "x/a");
            assertThat(decision.reasons()).containsExactlyInAnyOrder(
                    new Reason("limits.4", "set", "MAX_TOKENS=500.0", "no long answers, please", "cost/limits.csv", 4),
                    new Reason("limits.5", "set", "MAX_TOKENS=900.0", "for all: \"at most\"; that's it",
                            "cost/limits.csv", 5));
            assertThat(decision.plan().parameters().get(Parameter.MAX_TOKENS))
                    .isEqualTo(new Plan.Limit(500, Double.NaN));
        }
    }

    @Test
    void aTableIsLiveLikeARuleFileAndABrokenOneChangesNothing() {
        put(folder, "cost/a.csv", "provider,model,->,forbid,reason\nx,a*,,yes,no a\n");
        try (Policy policy = policy(folder)) {
            assertThat(policy.load().accepted()).isTrue();
            assertThat(tried(policy)).containsExactly("x/b");

            put(folder, "cost/a.csv", "provider,model,->,forbid,reason\nx,b*,,yes,no b\n");
            assertThat(policy.reconcile()).isFalse();
            assertThat(tried(policy)).containsExactly("x/a");
            String hash = policy.report().hash();

            put(folder, "cost/a.csv", "provider,model,->,forbid,reason\nx,b*,,maybe,no b\n");
            policy.reconcile();
            assertThat(policy.report().accepted()).isFalse();
            assertThat(policy.report().hash()).isEqualTo(hash);
            assertThat(policy.report().problems()).extracting(Problem::toString)
                    .containsExactly("cost/a.csv:2:4 [a.2] 'maybe' must be yes or blank");
            assertThat(tried(policy)).containsExactly("x/a");
        }
    }

    private static List<String> tried(Policy policy) {
        return allowed(policy, "x/a", "x/b").plan().attempts().stream().map(one -> one.id()).toList();
    }

    @Test
    void compiledTablesAreKeptForTheNextStart(@TempDir Path cache) {
        put(folder, "cost/a.csv", "need,->,attempts,reason\nany,,2,two\n");
        put(folder, "cost/a.xlsx.txt", "not a table");
        put(folder, "cost/~$a.xlsx", "the lock file of an office program");
        try (Policy policy = policy(folder, cache)) {
            assertThat(policy.load().times().compiledFiles()).isEqualTo(1);
        }
        try (Policy policy = policy(folder, cache)) {
            assertThat(policy.load().times().compiledFiles()).isZero();
            assertThat(allowed(policy, "x/a").reasons()).extracting(Reason::rule).containsExactly("a.2");
        }
    }

    @Test
    void aRowMaySayManyThings() {
        put(folder, "alert/a.csv", """
            id,tenant,->,alert,weigh-cost,cap-temperature,balance,cache-seconds,prefer,provider,owner,salience,reason
            """.replace(",->,", ",provider,->,").replace("prefer,provider,", "prefer,") + """
            mine,alice,any,,warning too-many,2,0.5,0.25,60,20,operations,7,the reason
            """);
        try (Policy policy = policy(folder)) {
            assertThat(policy.load().problems()).isEmpty();
            Decision.Allow decision = allowed(policy, "x/a");
            assertThat(decision.notices()).containsExactly(new Notice("mine",
                    Severity.WARNING, "too-many", "the reason"));
            assertThat(decision.reasons()).filteredOn(reason -> reason.verb().equals("set"))
                    .as("the balance sets what the row does not").hasSize(4);
            assertThat(decision.reasons()).extracting(Reason::verb).containsOnly("alert", "weigh", "cap", "balance",
                    "set", "prefer");
            assertThat(Objects.requireNonNull(policy.ruling()).ruleSet().rules()).containsExactly(
                    new RuleInfo("mine", "mine", "operations", "the reason", Kind.ALERT, "alert/a.csv", 2, 7));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '\t', quoteCharacter = '~', textBlock = """
        neet,->,attempts,reason|any,,2,x\tcost/a.csv:1:1 there is no condition 'neet', did you mean 'need'?
        cpu,->,attempts,reason|>=50%,,2,x\tcost/a.csv:2:1 [a.2] cpu: '>=50%' must be a number from 0 to 1, a range such as 0.2-0.5, a comparison such as >=0.5, or unknown; 50% is 0.5
        hour,->,attempts,reason|50%,,2,x\tcost/a.csv:2:1 [a.2] hour: '50%' must be a whole number from 0 to 23, a range such as 22-5, a comparison such as >=5
        need,->,atempts,reason|any,,2,x\tcost/a.csv:1:3 there is no action 'atempts', did you mean 'attempts'?
        attempts,->,need,reason|any,,2,x\tcost/a.csv:1:1 'attempts' stands behind '->'
        need,need,->,attempts,reason|any,,,2,x\tcost/a.csv:1:2 the column 'need' stands here twice
        need,attempts,reason|any,2,x\tcost/a.csv:1:1 between the conditions and the actions stands a column '->'
        need;->;attempts;reason|any;;2;x\tcost/a.csv:1:1 cells are separated by commas, not by semicolons
        need,->,attempts\tcost/a.csv:1:3 the last column is 'reason'
        ->,attempts,reason|,2,x\tcost/a.csv:1:1 a table has a condition before '->' and an action behind it
        need,->,reason|any,,x\tcost/a.csv:1:2 a table has a condition before '->' and an action behind it
        need,->,attempts,reason\tcost/a.csv:1:1 the table has a header and no rows
        #nothing\tcost/a.csv:1:1 the table is empty
        need,risk,->,attempts,reason|,,,2,x\tcost/a.csv:2:1 [a.2] the row has no condition; write any here if it is for all
        need,->,attempts,reason|any,,,x\tcost/a.csv:2:3 [a.2] the row has no action
        need,->,attempts,reason|any,,2,\tcost/a.csv:2:4 [a.2] the row needs a reason
        need,->,attempts,reason|any,,2\tcost/a.csv:2:3 [a.2] the row has 3 cells and the header 4
        need,->,attempts,reason|any,,2,x,y\tcost/a.csv:2:5 [a.2] the row has 5 cells and the header 4
        need,->,attempts,reason|any,,2,x|any,,2,y\tcost/a.csv:3:1 [a.3] the row says the same as the one in line 2
        need,->,attempts,reason|any,no,2,x\tcost/a.csv:2:2 [a.2] the column '->' stays blank
        need,->,attempts,reason|midnfulness,,2,x\tcost/a.csv:2:1 [a.2] need: 'midnfulness' is not known, did you mean 'mindfulness'?
        need,->,attempts,reason|>mindfulness,,2,x\tcost/a.csv:2:1 [a.2] need: these words have no order
        risk,->,attempts,reason|>unspecified,,2,x\tcost/a.csv:2:1 [a.2] risk: 'unspecified' is neither more nor less
        risk,->,attempts,reason|>critical,,2,x\tcost/a.csv:2:1 [a.2] risk: nothing is left for '>critical' to match
        need,->,attempts,reason|a|b,,2,x\tcost/a.csv:2
        hour,->,attempts,reason|24,,2,x\tcost/a.csv:2:1 [a.2] hour: '24' must be a whole number from 0 to 23
        hour,->,attempts,reason|1.5,,2,x\tcost/a.csv:2:1 [a.2] hour: '1.5' must be a whole number
        hour,->,attempts,reason|night,,2,x\tcost/a.csv:2:1 [a.2] hour: 'night' must be a whole number
        cpu,->,attempts,reason|90%,,2,x\tcost/a.csv:2:1 [a.2] cpu: '90%' must be a number from 0 to 1
        cpu,->,attempts,reason|0.9-0.5,,2,x\tcost/a.csv:2:1 [a.2] cpu: the range '0.9-0.5' goes from the lower
        cpu,->,attempts,reason|>1,,2,x\tcost/a.csv:2:1 [a.2] cpu: nothing is left for '>1' to match
        budget,->,attempts,reason|!0.5,,2,x\tcost/a.csv:2:1 [a.2] budget: a budget takes one comparison or range
        budget,->,attempts,reason|unknown,,2,x\tcost/a.csv:2:1 [a.2] budget: 'unknown' must be
        tenant,->,attempts,reason|*,,2,x\tcost/a.csv:2:1 [a.2] tenant: '' is not a name
        tenant,->,attempts,reason|!,,2,x\tcost/a.csv:2:1 [a.2] tenant: something is missing
        label,->,attempts,reason|any|b,,2,x\tcost/a.csv:2
        tenant,->,forbid,reason|bob,,yes,x\tcost/a.csv:2:1 [a.2] forbid, prefer and avoid are about a model
        need,->,attempts,reason|any,,2.5,x\tcost/a.csv:2:3 [a.2] '2.5' must be a whole number from 1 to 100
        need,->,temperature,reason|any,,3,x\tcost/a.csv:2:3 [a.2] '3' must be a number from 0 to 2
        need,->,alert,reason|any,,warning,x\tcost/a.csv:2:3 [a.2] 'warning' must be a severity and a code
        need,->,on-auth,reason|any,,retry,x\tcost/a.csv:2:3 [a.2] 'retry' must be one of next, stop
        need,->,on-server,reason|any,,again,x\tcost/a.csv:2:3 [a.2] 'again' is not known
        need,->,require-capability,reason|any,,!chat,x\tcost/a.csv:2:3 [a.2] '!chat' must be one of
        id,need,->,attempts,reason|My Row,any,,2,x\tcost/a.csv:2:1 an id is lower-case letters
        salience,need,->,attempts,reason|high,any,,2,x\tcost/a.csv:2:1 [a.2] salience must be a whole number
        #complete|provider,->,attempts,reason|x,,2,x\tcost/a.csv:2:1 a table that is #complete has no columns about models
        need,->,attempts,reason|"any,,2,x\tcost/a.csv:2:1 the row can't be read as CSV
        """)
    void aMistakeIsToldWithItsCellAndWhatWouldBeRight(String table, String problem) {
        assertThat(problems(table.replaceAll("(?<=reason|complete|2,x)\\|", "\n")))
                .anySatisfy(one -> assertThat(one).startsWith(problem));
    }

    @Test
    void allMistakesAreToldAtOnce() {
        assertThat(problems("""
            need,hour,->,attempts,reason
            mindfullness,99,,no,
            any,,,3,fine
            """)).hasSize(4);
        assertThat(problems("need,->,attempts,reason\n" + "x,,2,y\n".repeat(200))).hasSize(50);
    }

    @Test
    void whatIsTooLargeOrNotTextIsRefused() {
        assertThat(problems("need,->,attempts,reason\n" + "any,,2,y\n".repeat(TableReader.ROWS + 1))).singleElement()
                .asString().contains("300 rows");
        var problems = new ArrayList<Problem>();
        Tables.read("cost/a.csv", Kind.COST, new byte[]{(byte) 0xff, 0x41}, problems);
        assertThat(problems).singleElement().asString().contains("not UTF-8");
        assertThat(problems("\ufeffneed,->,attempts,reason\nany,,2,x\n")).isEmpty();
        assertThat(problems("need,->,deny,reason\nany,," + "x".repeat(301) + ",y\n")).singleElement().asString()
                .contains("300 characters");
    }

    static List<String> hostile() {
        return List.of("\"); System.exit(1); //", "\" end rule \"x\" when then System.exit(1); end", "*/ /* //",
                "end", "end end when then", "it's; 'quoted'", "$candidate @{x} ${x} #{x} %s %d", "a || b && c > d",
                "\"\"\"", "<script>", "global import eval(true)", "é ü 漢字 🙂", "!= == -> ,;)(][}{");
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void noTextInACellCanBecomeCode(String text) {
        String cell = "\"" + text.replace("\"", "\"\"") + "\"";
        put(folder, "cost/a.csv",
                "owner,need,->,deny,alert,reason\n" + cell + ",any,," + cell + ",info x," + cell + "\n"
                        + ",any,,,info y,after it\n");
        try (Policy policy = policy(folder)) {
            assertThat(policy.load().problems()).isEmpty();
            var decision = (Decision.Deny) policy.decide(question(candidate("x/a")));
            assertThat(decision.message()).isEqualTo(text);
            assertThat(decision.reasons()).hasSize(3).anyMatch(reason -> reason.text().equals(text));
            assertThat(decision.notices()).extracting(Notice::message).containsExactlyInAnyOrder(text, "after it");
            assertThat(Objects.requireNonNull(policy.ruling()).ruleSet().rules()).hasSize(2)
                    .anyMatch(rule -> rule.owner().equals(text));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u0022", "back\\slash", "two\nlines", "bell\u0007", "turned\u202e round"})
    void textsWithCharactersThatCanNotBeSeenAreRefused(String text) {
        assertThat(problems("need,->,attempts,reason\nany,,2,\"" + text + "\"\n")).singleElement().asString()
                .startsWith("cost/a.csv:2:4 [a.2] a text is one line");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tenant", "zone", "asked", "model", "label", "open-alert"})
    void noNameInACellCanBecomeCode(String column) {
        for (String text : hostile()) {
            assertThat(problems(column + ",->,attempts,reason\n\"" + text.replace("\"", "\"\"") + "\",,2,x\n"))
                    .allSatisfy(problem -> assertThat(problem).containsAnyOf("is not a name", "is missing"))
                    .hasSize(text.equals("end") || text.equals("end end when then") ? 0 : 1);
        }
    }

    @Test
    void rowsWithTheSameIdAreToldLikeRules() {
        put(folder, "cost/a.csv", "id,need,->,attempts,reason\nsame,any,,2,x\nsame,trauma_informed,,1,x\n");
        assertThat(Policy.check(folder).problems()).extracting(Problem::toString).anySatisfy(
                problem -> assertThat(problem).startsWith("cost/a.csv:3:1 [same] another rule of this file"));
    }

    @Test
    void warningsDoNotRefuseATable() {
        byte[] table = "need,->,attempts,reason\nmindfulness,,2,x\nany,,3,y\n".getBytes(StandardCharsets.UTF_8);
        RuleFolder.Contents contents = RuleFolder.contents(Map.of("cost/a.csv", table), new ArrayList<>());
        assertThat(contents.problems()).isEmpty();
        assertThat(Tables.warnings(contents.rules())).singleElement().asString()
                .startsWith("cost/a.csv:3:3 [a.3] a call can fit this row and the one in line 2");
    }

    @Test
    void theReadmeListsEveryColumn() throws Exception {
        assertThat(Files.readString(Path.of("../rules/README.md"))).contains(TableCondition.documentation())
                .contains(TableAction.documentation());
    }
}
