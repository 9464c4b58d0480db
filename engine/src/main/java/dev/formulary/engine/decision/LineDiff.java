package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The fewest lines that must go and come to make one text of another.
///
/// Source: Myers, An O(ND) Difference Algorithm and Its Variations, Algorithmica 1 (1986), the greedy form.
final class LineDiff {
    /// Texts that differ in more lines are told as a whole.
    private static final int MOST = 1_000;
    private static final int CONTEXT = 2;

    private final List<String> before;
    private final List<String> after;
    private final int skipped;
    private final int n;
    private final int m;

    private LineDiff(List<String> before, List<String> after) {
        this.before = before;
        this.after = after;
        int shorter = Math.min(before.size(), after.size());
        int head = 0;
        while (head < shorter && before.get(head).equals(after.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < shorter - head
                && before.get(before.size() - 1 - tail).equals(after.get(after.size() - 1 - tail))) {
            tail++;
        }
        skipped = head;
        n = before.size() - head - tail;
        m = after.size() - head - tail;
    }

    /// One line: `-` went, `+` came, a blank for one that stayed.
    ///
    /// @param before its number there, from 1; of one that came that of the line before which it stands
    record Edit(char sign, int before, int after, String text) {}

    /// The places that differ, with some lines around them.
    static List<RuleDiff.Hunk> hunks(List<String> before, List<String> after) {
        List<Edit> edits = new LineDiff(before, after).edits();
        var hunks = new ArrayList<RuleDiff.Hunk>();
        int at = 0;
        while (at < edits.size()) {
            while (at < edits.size() && edits.get(at).sign() == ' ') {
                at++;
            }
            if (at < edits.size()) {
                int end = end(edits, at);
                List<Edit> hunk = edits.subList(Math.max(0, at - CONTEXT), Math.min(edits.size(), end + CONTEXT));
                hunks.add(new RuleDiff.Hunk(hunk.getFirst().before(), hunk.getFirst().after(),
                        hunk.stream().map(edit -> edit.sign() + edit.text()).toList()));
                at = end;
            }
        }
        return hunks;
    }

    /// Behind the last change that is near enough to stand in one place with the one before.
    private static int end(List<Edit> edits, int from) {
        int end = from;
        for (int i = from; i < edits.size() && i - end <= 2 * CONTEXT; i++) {
            end = edits.get(i).sign() == ' ' ? end : i + 1;
        }
        return end;
    }

    private List<Edit> edits() {
        var edits = new ArrayList<Edit>();
        for (int i = 0; i < skipped; i++) {
            edits.add(same(i, i));
        }
        edits.addAll(middle());
        for (int i = skipped + n, j = skipped + m; i < before.size(); i++, j++) {
            edits.add(same(i, j));
        }
        return edits;
    }

    private Edit same(int i, int j) {
        return new Edit(' ', i + 1, j + 1, before.get(i));
    }

    private Edit went(int i, int j) {
        return new Edit('-', i + 1, j + 1, before.get(i));
    }

    private Edit came(int i, int j) {
        return new Edit('+', i + 1, j + 1, after.get(j));
    }

    private List<Edit> middle() {
        var reached = new ArrayList<int[]>();
        int[] furthest = new int[2 * MOST + 3];
        for (int d = 0; d <= MOST; d++) {
            reached.add(furthest.clone());
            for (int k = -d; k <= d; k += 2) {
                int x = start(furthest, d, k);
                while (x < n && x - k < m && x - k >= 0 && alike(x, x - k)) {
                    x++;
                }
                furthest[MOST + 1 + k] = x;
                if (x >= n && x - k >= m) {
                    return back(reached, d);
                }
            }
        }
        var whole = new ArrayList<Edit>();
        for (int i = skipped; i < skipped + n; i++) {
            whole.add(went(i, skipped));
        }
        for (int j = skipped; j < skipped + m; j++) {
            whole.add(came(skipped + n, j));
        }
        return whole;
    }

    private static int start(int[] furthest, int d, int k) {
        boolean down = k == -d || (k != d && furthest[MOST + k] < furthest[MOST + 2 + k]);
        return down ? furthest[MOST + 2 + k] : furthest[MOST + k] + 1;
    }

    private boolean alike(int x, int y) {
        return before.get(skipped + x).equals(after.get(skipped + y));
    }

    /// From the end to the beginning, then turned round.
    private List<Edit> back(List<int[]> reached, int changes) {
        var edits = new ArrayList<Edit>();
        int x = n;
        int y = m;
        for (int d = changes; d > 0; d--) {
            int[] furthest = reached.get(d);
            int k = x - y;
            boolean down = k == -d || (k != d && furthest[MOST + k] < furthest[MOST + 2 + k]);
            int fromX = down ? furthest[MOST + 2 + k] : furthest[MOST + k];
            int fromY = fromX - (down ? k + 1 : k - 1);
            while (x > fromX + (down ? 0 : 1) && y > fromY + (down ? 1 : 0)) {
                edits.add(same(skipped + --x, skipped + --y));
            }
            edits.add(down ? came(skipped + x, skipped + --y) : went(skipped + --x, skipped + y));
        }
        while (x > 0) {
            edits.add(same(skipped + --x, skipped + --y));
        }
        Collections.reverse(edits);
        return edits;
    }
}
