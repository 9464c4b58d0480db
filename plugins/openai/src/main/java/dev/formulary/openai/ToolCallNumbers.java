package dev.formulary.openai;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Numbers the tool calls of one answer and watches their arguments. Some servers leave out the index, some say 0 for every
/// call, some the id; some send the whole arguments again at the end.
final class ToolCallNumbers {
    /// Arguments longer than this are not compared with what comes behind them.
    private static final int LONGEST = 1 << 20;

    private static final class Known {
        private final int index;
        private final String id;
        private final StringBuilder arguments = new StringBuilder();
        private final WholeJson whole = new WholeJson();

        Known(int index, String id) {
            this.index = index;
            this.id = id;
        }
    }

    private final List<Known> known = new ArrayList<>();

    boolean any() {
        return !known.isEmpty();
    }

    /// Which call a piece belongs to.
    ///
    /// @param index as the vendor says, or -1
    /// @return the call's number, or one that [#isNew] when the piece begins a call
    int number(int index, @Nullable String id, @Nullable String name) {
        boolean named = id != null && !id.isEmpty();
        for (int i = known.size() - 1; i >= 0; i--) {
            Known call = known.get(i);
            if (named && call.id.equals(id)) {
                return i;
            }
            boolean sameIndex = index >= 0 && call.index == index;
            if (sameIndex && (!named || call.id.isEmpty())) {
                return i;
            }
        }
        boolean goesOn = index < 0 && !named && name == null && !known.isEmpty();
        return goesOn ? known.size() - 1 : known.size();
    }

    boolean isNew(int number) {
        return number == known.size();
    }

    void begin(int index, @Nullable String id) {
        known.add(new Known(index, id == null ? "" : id));
    }

    /// What a piece adds to the arguments of a call that has begun.
    ///
    /// @return the piece, or nothing when it only repeats arguments that are complete
    String more(int number, String piece) {
        Known call = known.get(number);
        if (call.whole.complete() && (piece.isBlank() || call.arguments.toString().strip().equals(piece.strip()))) {
            return "";
        }
        call.whole.add(piece);
        if (call.arguments.length() < LONGEST) {
            call.arguments.append(piece);
        }
        return piece;
    }
}
