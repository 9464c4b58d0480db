package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Rules.put;
import static dev.formulary.engine.decision.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Decision;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What lies in the rules folder may be anything, and looking at it must end.
@Timeout(120)
class HostileFolderTest {
    private static final String GOOD = rule("good", "Call()", "decision.keepFree();");

    @TempDir
    Path folder;
    @TempDir
    Path elsewhere;

    private RuleSetReport check() throws IOException {
        return Tryout.of(folder, List.of(), null).report();
    }

    private List<String> problems() throws IOException {
        return check().problems().stream().map(Problem::toString).toList();
    }

    private List<String> unread() throws IOException {
        return check().warnings().stream().filter(one -> one.code().equals("unread-file")).map(Problem::toString)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 200, 20_000})
    void lookingAtAFileThatTheGateRefusesEnds(int depth) throws IOException {
        put(folder, "cost/good.drl", GOOD);
        put(folder, "cost/deep.drl", rule("deep", "Call( " + "(".repeat(depth) + "tenant == \"a\"" + ")".repeat(depth)
                + " )", "decision.keepFree();"));
        assertThat(problems()).singleElement().asString().startsWith("cost/deep.drl:4:")
                .contains("brackets may stand 16 deep");
        assertThat(Tryout.of(folder, List.of(), null).coverage()).isNotNull();
        assertThat(Formatter.format("cost/deep.drl", Files.readString(folder.resolve("cost/deep.drl"))).problems())
                .isNotEmpty();
        try (Policy policy = new Policy(folder, Rules.SETTINGS, null, _ -> {}, List.of(),
                new RuleLedger(elsewhere, Clock.systemUTC()))) {
            assertThat(policy.load().accepted()).isFalse();
            assertThat(policy.history()).hasSize(1);
        }
    }

    @Test
    void whatIsWarnedOfInGoodFilesIsToldThoughAnotherIsRefused() throws IOException {
        put(folder, "cost/odd.drl", rule("odd", "Call()", "int x = 1;"));
        put(folder, "cost/bad.drl", rule("bad", "Call()", "System.exit(1);"));
        assertThat(check().warnings()).anyMatch(one -> one.file().equals("cost/odd.drl")
                && one.code().equals("says-nothing"));
        assertThat(check().warnings()).noneMatch(one -> one.file().equals("cost/bad.drl"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        cost/a.DRL               | rename it to cost/a.drl
        cost/a.drl.txt           | rename it to cost/a.drl
        cost/b.Csv               | rename it to cost/b.csv
        cost/b.csv.txt           | rename it to cost/b.csv
        cost/b.xls               | save it as cost/b.xlsx or .csv
        costs/b.csv              | rename it to cost/b.csv
        Context/b.csv            | rename it to context/b.csv
        tables/b.csv             | one of the folders context, cost, load, alert
        b.csv                    | one of the folders context, cost, load, alert
        old/2024/c.drl           | one of the folders context, cost, load, alert
        scenario/night.yaml      | rename it to scenarios/night.yaml
        night.scenarios.yaml     | rename it to scenarios/night.scenarios.yaml
        cost/night.yaml          | rename it to scenarios/night.yaml or cost/night.scenarios.yaml
        Manifest.yml             | rename it to manifest.yaml
        cost/rules.dlr           | rules end in .drl
        lexicon/words.json       | the files of lexicon/ end in .csv
        """)
    void aFileThatNothingReadsIsToldWithItsRightPlace(String file, String right) throws IOException {
        put(folder, "cost/good.drl", GOOD);
        put(folder, file, GOOD);
        assertThat(problems()).isEmpty();
        assertThat(unread()).singleElement().asString().startsWith(file + " ").contains(right);
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "cost/README.md", "decision.svg", "LICENSE", ".git/a.drl", "cost/.a.drl.swp",
            "cost/~$b.xlsx", "cost/a.drl~", "cost/a.drl.bak", "target/classes/cost/a.drl", "pom.xml", "src/test/a.csv"})
    void whatIsMeantToLieThereIsNot(String file) throws IOException {
        put(folder, "cost/good.drl", GOOD);
        put(folder, file, GOOD);
        assertThat(unread()).isEmpty();
    }

    @Test
    void aReloadTellsOfFilesThatNothingReadsAlsoWhenOnlyTheyChange() throws IOException {
        put(folder, "cost/good.drl", GOOD);
        try (Policy policy = Rules.policy(folder)) {
            assertThat(policy.load().accepted()).isTrue();
            put(folder, "cost/more.DRL", GOOD);
            policy.reconcile();
            assertThat(policy.report().generation()).isEqualTo(1);
            assertThat(policy.report().warnings()).anyMatch(one -> one.file().equals("cost/more.DRL"));
            Files.delete(folder.resolve("cost/more.DRL"));
            policy.reconcile();
            assertThat(policy.report().warnings()).noneMatch(one -> one.code().equals("unread-file"));
        }
    }

    @Test
    void linksAreFollowedWithinTheFolderAndNotOutOfIt() throws IOException {
        put(folder, "cost/good.drl", GOOD);
        put(elsewhere, "secret.drl", rule("secret", "Call()", "decision.keepModel();"));
        Files.createDirectories(folder.resolve("load"));
        Files.createSymbolicLink(folder.resolve("load/inside.drl"), Path.of("../cost/good.drl"));
        assertThat(problems()).singleElement().asString().contains("the @id 'good' is taken");
        Files.delete(folder.resolve("load/inside.drl"));
        Path link = Files.createSymbolicLink(folder.resolve("load/out.drl"), elsewhere.resolve("secret.drl"));
        assertThat(problems()).containsExactly(
                "load/out.drl the link leads out of the rules folder; put the file itself here");
        Files.delete(link);
        Files.createSymbolicLink(link, Path.of("out.drl"));
        assertThat(problems()).isEmpty();
        assertThat(unread()).containsExactly("load/out.drl the link leads to no file that can be read");
        Files.delete(link);
        Files.createSymbolicLink(folder.resolve("alert"), elsewhere);
        assertThat(unread()).singleElement().asString().startsWith("alert the folder is a link");
    }

    @Test
    void theRulesFolderItselfMayBeALink() throws IOException {
        put(elsewhere, "real/cost/good.drl", GOOD);
        Path link = Files.createSymbolicLink(folder.resolve("rules"), elsewhere.resolve("real"));
        assertThat(Tryout.of(link, List.of(), null).report().rules()).isEqualTo(1);
    }

    @Test
    void whoeverReadsAPipeWaits() throws Exception {
        put(folder, "cost/good.drl", GOOD);
        Process mkfifo = new ProcessBuilder("mkfifo", folder.resolve("cost/pipe.drl").toString()).start();
        assertThat(mkfifo.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(problems()).isEmpty();
        assertThat(unread()).containsExactly("cost/pipe.drl this is no file that can be read, but a pipe or a device");
    }

    @Test
    void tooLargeAndTooManyAreRefusedWithoutBeingRead() throws IOException {
        put(folder, "cost/good.drl", GOOD);
        for (String name : List.of("cost/large.drl", "load/large.xlsx", "scenarios/large.yaml", "lexicon/large.csv")) {
            Files.createDirectories(folder.resolve(name).getParent());
            try (var file = new RandomAccessFile(folder.resolve(name).toFile(), "rw")) {
                file.setLength(100L << 20);
            }
        }
        assertThat(problems()).hasSize(4).allMatch(problem -> problem.contains("a file may have 256 KiB, split it"));
    }

    @Test
    @Tag("long")
    void tenThousandFilesAreRefused() throws IOException {
        put(folder, "cost/good.drl", GOOD);
        for (int i = 0; i < 10_000; i++) {
            Files.createFile(folder.resolve("cost/" + i + ".drl"));
        }
        assertThat(problems()).containsExactly("the rules folder may have 2000 files, it has more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"name: !!javax.script.ScriptEngineManager []", "name: &a [*a]",
            "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n",
            "name: {a: {b: c}}", "- a", "\u0000", "name: a\nname: b", "? [a]\n: b"})
    void anOddManifestIsRefusedOrHarmless(String manifest) throws IOException {
        put(folder, "cost/good.drl", GOOD);
        put(folder, "manifest.yaml", manifest);
        assertThat(problems()).isNotEmpty().allMatch(problem -> problem.startsWith("manifest.yaml:"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"x\"\"); System.exit(1); (\"\"\"", "\"x\\\"); System.exit(1); //\"", "\"a\nb\"",
            "\u202ex",
            "x\u0000"})
    void codeInACellStaysAText(String cell) throws IOException {
        put(folder, "cost/t.csv", "tenant,->,deny,reason\na,," + cell + ",why\n");
        RuleSetReport report = check();
        assertThat(report.problems()).allMatch(problem -> problem.line() > 0 && problem.column() > 0);
        if (report.problems().isEmpty()) {
            try (Policy policy = Rules.policy(folder)) {
                policy.load();
                // the row is about tenant a, and the call comes from alice: it must not become a rule for everybody
                assertThat(policy.decide(Rules.question(Rules.candidate("x/a")))).isInstanceOf(Decision.Allow.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"=cmd|' /C calc'!A0", "@SUM(1)", "${x}", "a|!b", ">=1)",
            "\"a\"\", stream == true, id != \"\"\""})
    void aConditionInACellCantBecomeAnother(String cell) throws IOException {
        put(folder, "cost/t.csv", "tenant,->,keep-free,reason\n" + cell + ",,yes,why\n");
        assertThat(check().problems()).allMatch(problem -> problem.line() == 2 && problem.column() == 1);
    }
}
