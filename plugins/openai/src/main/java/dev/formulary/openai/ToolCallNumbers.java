package dev.formulary.openai;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Numbers the tool calls of one answer. Some servers leave out the index, some say 0 for every call, some the id.
final class ToolCallNumbers {
    private record Known(int index, String id) {}

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
            if (named && call.id().equals(id)) {
                return i;
            }
            boolean sameIndex = index >= 0 && call.index() == index;
            if (sameIndex && (!named || call.id().isEmpty())) {
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
}
