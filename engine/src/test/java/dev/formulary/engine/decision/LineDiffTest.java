package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is told of two texts makes one of the other, and is as little as can be.
class LineDiffTest {
    private static final int ROUNDS = 400;

    private static List<String> letters(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split("", -1)).subList(0, text.length());
    }

    private static List<String> some(Random random, int most) {
        return IntStream.range(0, random.nextInt(most)).mapToObj(_ -> "" + (char) ('a' + random.nextInt(4))).toList();
    }

    /// As `patch` applies it: what stands in the hunks must be what stands in the text.
    private static List<String> patched(List<String> before, List<RuleDiff.Hunk> hunks) {
        var after = new ArrayList<String>();
        int at = 0;
        for (RuleDiff.Hunk hunk : hunks) {
            while (at < hunk.before() - 1) {
                after.add(before.get(at++));
            }
            assertThat(hunk.after()).isEqualTo(after.size() + 1);
            for (String line : hunk.lines()) {
                if (line.charAt(0) == '+') {
                    after.add(line.substring(1));
                } else {
                    assertThat(line.substring(1)).isEqualTo(before.get(at));
                    if (line.charAt(0) == ' ') {
                        after.add(before.get(at));
                    }
                    at++;
                }
            }
        }
        after.addAll(before.subList(at, before.size()));
        return after;
    }

    private static int common(List<String> one, List<String> other) {
        var longest = new int[one.size() + 1][other.size() + 1];
        for (int i = 1; i <= one.size(); i++) {
            for (int j = 1; j <= other.size(); j++) {
                longest[i][j] = one.get(i - 1).equals(other.get(j - 1))
                        ? longest[i - 1][j - 1] + 1
                        : Math.max(longest[i - 1][j], longest[i][j - 1]);
            }
        }
        return longest[one.size()][other.size()];
    }

    private static long changes(List<RuleDiff.Hunk> hunks) {
        return hunks.stream().flatMap(hunk -> hunk.lines().stream()).filter(line -> line.charAt(0) != ' ').count();
    }

    @Test
    void hunksMakeTheLaterTextOfTheEarlierWithTheFewestChanges() {
        var random = new Random(5);
        for (int i = 0; i < ROUNDS; i++) {
            List<String> before = some(random, 25);
            List<String> after = some(random, 25);
            List<RuleDiff.Hunk> hunks = LineDiff.hunks(before, after);
            assertThat(patched(before, hunks)).as("%s to %s", before, after).isEqualTo(after);
            assertThat(changes(hunks)).as("%s to %s", before, after)
                    .isEqualTo(before.size() + after.size() - 2L * common(before, after));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        abcdefgh | abcdXfgh | 3,5:3,5:  c  d -e +X  f  g
        abc      | abc      | ``
        abc      | ``       | 1,3:0,0: -a -b -c
        ``       | ab       | 0,0:1,2: +a +b
        abc      | Xabc     | 1,2:1,3: +X  a  b
        abc      | abcX     | 2,2:2,3:  b  c +X
        abcdef   | Xbcde    | 1,6:1,5: -a +X  b  c  d  e -f
        abcdefg  | Xbcdef   | 1,3:1,3: -a +X  b  c / 5,3:5,2:  e  f -g
        abcdefgh | bcdefg   | 1,3:1,2: -a  b  c / 6,3:5,2:  f  g -h
        """)
    void changesThatStandNearEachOtherAreToldTogetherWithTwoLinesAround(String before, String after, String told) {
        List<String> hunks = LineDiff.hunks(letters(before), letters(after)).stream()
                .map(hunk -> hunk.head().replaceAll("@@ -(\\S+) \\+(\\S+) @@", "$1:$2:") + " "
                        + String.join(" ", hunk.lines()))
                .toList();
        assertThat(String.join(" / ", hunks)).isEqualTo(told);
    }

    @Test
    void textsThatDifferInMoreThanAThousandLinesAreToldAsAWhole() {
        List<String> before = IntStream.range(0, 700).mapToObj(i -> i % 2 == 0 ? "same" : "x" + i).toList();
        List<String> after = IntStream.range(0, 1_400).mapToObj(i -> i % 2 == 0 ? "same" : "y" + i).toList();
        List<RuleDiff.Hunk> hunks = LineDiff.hunks(before, after);
        assertThat(patched(before, hunks)).isEqualTo(after);
        assertThat(hunks).singleElement().satisfies(hunk -> assertThat(hunk.lines().subList(0, 700))
                .startsWith(" same", "-x1").noneMatch(line -> line.startsWith("+")));
    }
}
