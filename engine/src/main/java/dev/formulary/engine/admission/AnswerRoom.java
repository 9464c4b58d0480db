package dev.formulary.engine.admission;

import java.util.function.IntToLongFunction;

/// How long an answer may be of which nobody says how long it may be, where money is limited: as long as answers are where there
/// is enough, and else so short that a quarter of what the prompt leaves pays for it, so that several calls at once get one.
final class AnswerRoom {
    /// Answers that are longer are not heard of where nobody asks for one, in tokens.
    static final int LONGEST = 32_768;
    /// What every model takes for a limit that writes so much at all; some refuse a call that allows more than they can write.
    static final int LONGEST_LIMIT = 4_096;
    /// A shorter answer helps nobody.
    static final int SHORTEST_LIMIT = 256;
    private static final int SHARE = 4;

    private AnswerRoom() {}

    /// @param tokens for how many tokens money is to be held back
    /// @param limited whether the answer must be limited to that
    /// @param payable whether what is left pays for it
    record Room(int tokens, boolean limited, boolean payable) {}

    /// @param left micro-dollars
    /// @param window how many tokens the model reads and writes together; 0 when unknown
    /// @param cost the most that a call may cost by the tokens of its answer, in micro-dollars; does not fall
    static Room of(long left, int window, IntToLongFunction cost) {
        int longest = window == 0 ? LONGEST : Math.min(window, LONGEST);
        long prompt = cost.applyAsLong(0);
        long share = prompt + Math.max(0, left - prompt) / SHARE;
        if (cost.applyAsLong(longest) <= share) {
            return new Room(longest, false, true);
        }
        int paid = Math.min(longest, most(share, cost));
        return new Room(paid, paid < longest, cost.applyAsLong(paid) <= left);
    }

    private static int most(long share, IntToLongFunction cost) {
        int enough = SHORTEST_LIMIT;
        int beyond = LONGEST_LIMIT + 1;
        while (beyond - enough > 1) {
            int between = (enough + beyond) / 2;
            if (cost.applyAsLong(between) <= share) {
                enough = between;
            } else {
                beyond = between;
            }
        }
        return enough;
    }
}
