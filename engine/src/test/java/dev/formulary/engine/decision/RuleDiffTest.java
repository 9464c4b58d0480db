package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.decision.RuleChange.Difference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Two rule sets are compared by what their authors know: files, rules, rows, words, scenarios and lines.
class RuleDiffTest {
    private static final String TABLE = """
        id,priority,->,cap-max-tokens,reason
        short,batch,,500,batch is short
        ,urgent,,900,urgent is longer
        """;
    private static final String WORDS = """
        id,language,pattern,note
        en-a,en,one,
        en-b,en,two,
        """;
    private static final String SCENARIOS = """
        defaults: {call: {priority: batch}}
        scenarios:
          - name: first
            expect: {decision: allow}
          - name: second
            expect: {decision: allow}
        """;

    @Test
    void whatCameChangedAndWentIsNamed() {
        Map<String, String> before = new TreeMap<>(Map.of(
                "cost/a.drl", Rules.rule("same", "Call( )", "decision.keepFree();")
                        + Rules.rule("other", "Context( )", "decision.keepFree();"),
                "cost/t.csv", TABLE, "lexicon/cue.csv", WORDS, "scenarios/s.yaml", SCENARIOS, "load/old.drl",
                Rules.rule("gone", "Call( )", "decision.keepFree();")));
        Map<String, String> after = new TreeMap<>(before);
        after.put("cost/a.drl", Rules.rule("new", "Call( )", "decision.keepModel();")
                + Rules.rule("same", "Call( )", "decision.keepFree();")
                + Rules.rule("other", "Context( )", "decision.keepModel();"));
        after.put("cost/t.csv", TABLE.replace("500", "400").replace("urgent,,900", "normal,,900"));
        after.put("lexicon/cue.csv", WORDS.replace("two", "three") + "en-c,en,four,\n");
        after.put("scenarios/s.yaml", SCENARIOS.replace("first", "third").replace("batch", "urgent"));
        after.remove("load/old.drl");
        after.put("manifest.yaml", "name: x");

        RuleDiff diff = diff(before, after);

        assertThat(diff.same()).isFalse();
        assertThat(diff.files()).isEqualTo(new Difference(List.of("manifest.yaml"),
                List.of("cost/a.drl", "cost/t.csv", "lexicon/cue.csv", "scenarios/s.yaml"), List.of("load/old.drl")));
        assertThat(diff.rules()).isEqualTo(new Difference(List.of("new"), List.of("other"), List.of("gone")));
        assertThat(diff.rows()).isEqualTo(new Difference(List.of("cost/t.csv ,normal,,900,urgent is longer"),
                List.of("cost/t.csv short"), List.of("cost/t.csv ,urgent,,900,urgent is longer")));
        assertThat(diff.words()).isEqualTo(new Difference(List.of("lexicon/cue.csv en-c"),
                List.of("lexicon/cue.csv en-b"), List.of()));
        assertThat(diff.scenarios()).isEqualTo(new Difference(List.of("scenarios/s.yaml 'third'"),
                List.of("scenarios/s.yaml defaults"), List.of("scenarios/s.yaml 'first'")));
    }

    @Test
    void theChangedLinesStandWithThoseAroundThem() {
        RuleDiff diff = diff(Map.of("cost/t.csv", TABLE), Map.of("cost/t.csv", TABLE.replace("900", "800")));

        assertThat(diff.texts()).singleElement().satisfies(text -> {
            assertThat(text.file()).isEqualTo("cost/t.csv");
            assertThat(text.hunks()).singleElement().satisfies(hunk -> {
                assertThat(hunk.head()).isEqualTo("@@ -1,3 +1,3 @@");
                assertThat(hunk.lines()).containsExactly(" id,priority,->,cap-max-tokens,reason",
                        " short,batch,,500,batch is short", "-,urgent,,900,urgent is longer",
                        "+,urgent,,800,urgent is longer");
            });
        });
    }

    @Test
    void aColumnThatNoRowUsesChangesNoRow() {
        String wider = """
            id,priority,zone,->,cap-max-tokens,reason
            short,batch,,,500,batch is short
            """;
        RuleDiff diff = diff(Map.of("cost/t.csv", TABLE.lines().limit(2).reduce("", (a, b) -> a + b + "\n")),
                Map.of("cost/t.csv", wider));

        assertThat(diff.files().changed()).containsExactly("cost/t.csv");
        assertThat(diff.rows()).isEqualTo(Difference.NONE);
    }

    @Test
    void brokenFilesAreComparedByTheirLines() {
        RuleDiff diff = diff(Map.of("cost/a.drl", "rule \"x", "scenarios/s.yaml", "a: ["),
                Map.of("cost/a.drl", "rule \"y", "scenarios/s.yaml", "a: [}"));

        assertThat(diff.files().changed()).hasSize(2);
        assertThat(diff.texts()).hasSize(2).allSatisfy(text -> assertThat(text.hunks()).hasSize(1));
        assertThat(diff(Map.of("cost/a.drl", "x"), Map.of("cost/a.drl", "x")).same()).isTrue();
    }

    /// Random texts of few different lines: what stayed and came is the new text, what stayed and went the old one, and no
    /// shorter way exists.
    @Test
    void theLinesLeadFromOneTextToTheOtherByTheFewestChanges() {
        var random = new Random(5);
        for (int round = 0; round < 2_000; round++) {
            List<String> before = text(random);
            List<String> after = text(random);
            List<String> lines = new ArrayList<>();
            int at = 1;
            for (RuleDiff.Hunk hunk : LineDiff.hunks(before, after)) {
                before.subList(at - 1, hunk.before() - 1).forEach(line -> lines.add(" " + line));
                lines.addAll(hunk.lines());
                at = hunk.before() + (int) hunk.lines().stream().filter(line -> line.charAt(0) != '+').count();
            }
            before.subList(at - 1, before.size()).forEach(line -> lines.add(" " + line));

            assertThat(without(lines, '+')).isEqualTo(before);
            assertThat(without(lines, '-')).isEqualTo(after);
            assertThat(lines.stream().filter(line -> line.charAt(0) != ' ').count())
                    .isEqualTo(before.size() + after.size() - 2L * common(before, after));
        }
    }

    @Test
    void textsThatHaveNothingInCommonAreToldAsAWhole() {
        List<String> before = IntStream.range(0, 3_000).mapToObj(i -> "a" + i).toList();
        List<String> after = IntStream.range(0, 3_000).mapToObj(i -> "b" + i).toList();

        assertThat(LineDiff.hunks(before, after)).singleElement()
                .satisfies(hunk -> assertThat(hunk.lines()).hasSize(6_000));
    }

    private static List<String> text(Random random) {
        return Stream.generate(() -> "" + (char) ('a' + random.nextInt(4))).limit(random.nextInt(15)).toList();
    }

    private static List<String> without(List<String> lines, char sign) {
        return lines.stream().filter(line -> line.charAt(0) != sign).map(line -> line.substring(1)).toList();
    }

    private static int common(List<String> one, List<String> other) {
        int[][] longest = new int[one.size() + 1][other.size() + 1];
        for (int i = 1; i <= one.size(); i++) {
            for (int j = 1; j <= other.size(); j++) {
                longest[i][j] = one.get(i - 1).equals(other.get(j - 1))
                        ? longest[i - 1][j - 1] + 1
                        : Math.max(longest[i - 1][j], longest[i][j - 1]);
            }
        }
        return longest[one.size()][other.size()];
    }

    private static RuleDiff diff(Map<String, String> before, Map<String, String> after) {
        return RuleDiff.of(new RuleFiles("before", bytes(before)), new RuleFiles("after", bytes(after)));
    }

    private static Map<String, byte[]> bytes(Map<String, String> texts) {
        var bytes = new TreeMap<String, byte[]>();
        texts.forEach((file, text) -> bytes.put(file, text.getBytes(StandardCharsets.UTF_8)));
        return bytes;
    }
}
