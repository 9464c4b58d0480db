package dev.formulary.local.child;

import java.util.List;

/// Looks for the texts that end an answer. What may be the beginning of one is held back until it is known.
final class StopTexts {
    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private boolean found;

    StopTexts(List<String> stops) {
        this.stops = stops.stream().filter(stop -> !stop.isEmpty()).toList();
    }

    /// @return what can be given out; up to the stop text when that comes, and nothing after it
    String add(String piece) {
        if (found) {
            return "";
        }
        held.append(piece);
        int first = held.length();
        for (String stop : stops) {
            int at = held.indexOf(stop);
            if (at >= 0) {
                found = true;
                first = Math.min(first, at);
            }
        }
        return give(found ? first : held.length() - maybe());
    }

    /// Whether a stop text has come: the answer is over.
    boolean found() {
        return found;
    }

    /// What was held back when nothing more comes.
    String rest() {
        return found ? "" : give(held.length());
    }

    private String give(int length) {
        String given = held.substring(0, length);
        held.delete(0, found ? held.length() : length);
        return given;
    }

    /// How many characters at the end may begin a stop text.
    private int maybe() {
        int longest = 0;
        for (String stop : stops) {
            for (int length = Math.min(stop.length() - 1, held.length()); length > longest; length--) {
                if (held.indexOf(stop.substring(0, length), held.length() - length) >= 0) {
                    longest = length;
                }
            }
        }
        return longest;
    }
}
