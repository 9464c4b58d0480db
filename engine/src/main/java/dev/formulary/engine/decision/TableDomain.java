package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the cells of a condition column may ask of its fact.
///
/// @param <S> a value that the fact may have
sealed interface TableDomain<S> permits TableWords, TableNumbers, TableTexts, TableMarks {

    /// Reads a cell that is neither blank nor `any`.
    ///
    /// @throws Fields.Wrong what would be right
    TableMatch<S> parse(String cell);

    /// Values of the fact, enough of them that any value there is looks to all of these cells like one of these.
    ///
    /// @throws Fields.Wrong when there would be too many
    List<S> samples(List<TableMatch<S>> cells);

    /// What a person calls some of those values.
    String name(List<S> samples);

    /// What may stand in a cell, for people.
    String right();

    /// The parts of a cell such as `!a|b`.
    ///
    /// @param negated whether none of them may hold
    record Parts(boolean negated, List<String> parts) {

        static Parts of(String cell) {
            boolean negated = cell.startsWith("!");
            var parts = new ArrayList<String>();
            for (String part : (negated ? cell.substring(1) : cell).split("\\|", -1)) {
                String text = part.strip();
                if (text.isEmpty()) {
                    throw new Fields.Wrong("something is missing around '|' or behind '!'");
                }
                if (text.startsWith("!")) {
                    throw new Fields.Wrong(
                            "'!' stands once, at the front, and is for the whole cell: '!a|b' is neither");
                }
                if (text.equals("any")) {
                    throw new Fields.Wrong("'any' stands alone");
                }
                parts.add(text);
            }
            return new Parts(negated, parts);
        }
    }

    /// A comparison such as `>=5`.
    record Comparison(String operator, String value) {

        static Optional<Comparison> of(String part) {
            for (String operator : List.of(">=", "<=", ">", "<")) {
                if (part.startsWith(operator)) {
                    return Optional.of(new Comparison(operator, part.substring(operator.length()).strip()));
                }
            }
            return Optional.empty();
        }

        boolean holds(int difference) {
            return switch (operator) {
                case ">=" -> difference >= 0;
                case "<=" -> difference <= 0;
                case ">" -> difference > 0;
                default -> difference < 0;
            };
        }
    }
}
