package dev.formulary.engine.schema;

import com.networknt.schema.regex.RegularExpression;
import java.util.regex.Pattern;

/// A regular expression of a schema that takes a bounded number of steps: both it and the text come from strangers.
/// Thread-safe.
final class BoundedPattern implements RegularExpression {
    private static final int MOST_STEPS = 1_000_000;

    private final Pattern pattern;

    BoundedPattern(String regex) {
        pattern = Pattern.compile(regex);
    }

    @Override
    public boolean matches(String value) {
        return pattern.matcher(new Counted(value, new int[1])).find();
    }

    /// It took too long.
    static final class TooManyStepsException extends RuntimeException {
        TooManyStepsException() {
            super("a pattern of the schema takes too many steps", null, false, false);
        }
    }

    /// A text that can be looked at so many times.
    private record Counted(CharSequence text, int[] steps) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (++steps[0] > MOST_STEPS) {
                throw new TooManyStepsException();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text.subSequence(start, end), steps);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
