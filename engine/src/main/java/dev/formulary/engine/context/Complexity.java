package dev.formulary.engine.context;

import dev.formulary.spi.ChatRequest;
import java.util.List;

/// How demanding a request is, from 0 (a greeting) to 10, by what can be counted. Each part grows with its count and has a
/// ceiling of its own, so more of anything never makes a request simpler:
///
/// | counted | points |
/// |---|---|
/// | tokens of the prompt | 0.6 for each doubling beyond 16, at most 4 |
/// | question marks of the person | 0.4 each, at most 1.2 |
/// | lines that list something (`1.`, `-`, `*`) | 0.25 each, at most 1.5 |
/// | signs of code (fences, braces, semicolons) | 0.1 each, at most 1.5 |
/// | tools | 0.8 for the first, 0.1 for each more, at most 1.6 |
/// | pictures, sounds, files | 0.8 each, at most 1.6 |
/// | turns beyond the first | 0.15 each, at most 1.2 |
/// | an answer to a schema | 0.8 |
///
/// The sum is cut at 10. Signs are counted in the first 16,000 characters of the person's words.
final class Complexity {
    private static final int LOOKED_AT = 16_000;

    private Marks marks = Marks.NONE;
    private int media;
    private int turns;
    private int left = LOOKED_AT;

    private Complexity() {}

    static double of(ChatRequest request, List<TextMemory.Turn> turns, int promptTokens) {
        var counts = new Complexity();
        for (TextMemory.Turn turn : turns) {
            counts.count(turn);
        }
        return counts.points(request, promptTokens);
    }

    private void count(TextMemory.Turn turn) {
        ChatRequest.Role role = turn.message().role();
        if (role != ChatRequest.Role.SYSTEM) {
            turns++;
        }
        media += turn.message().parts().size() - turn.texts().size();
        if (role == ChatRequest.Role.USER) {
            for (KnownText text : turn.texts()) {
                int length = text.text().length();
                marks = marks.and(length <= left ? text.marks() : Marks.of(text.text(), left));
                left -= Math.min(left, length);
            }
        }
    }

    /// What is counted in texts.
    record Marks(int questions, int items, int code) {
        static final Marks NONE = new Marks(0, 0, 0);

        /// @param length how many characters are looked at
        static Marks of(String text, int length) {
            int questions = 0;
            int items = 0;
            int code = 0;
            boolean lineBegins = true;
            for (int i = 0; i < length; i++) {
                char c = text.charAt(i);
                switch (c) {
                    case '?', '？' -> questions++;
                    case '{', '}', ';', '`' -> code++;
                    case '-', '*', '•' -> items += lineBegins ? 1 : 0;
                    case '.', ')' ->
                        items += i > 0 && Character.isDigit(text.charAt(i - 1)) && numbered(text, i) ? 1 : 0;
                    default -> {
                        // tells nothing
                    }
                }
                lineBegins = c == '\n' || (lineBegins && (c == ' ' || c == '\t'));
            }
            return new Marks(questions, items, code);
        }

        Marks and(Marks more) {
            return new Marks(questions + more.questions, items + more.items, code + more.code);
        }
    }

    /// Whether a line begins with the number that ends there; numbers of lists have up to three digits.
    private static boolean numbered(String text, int end) {
        int at = end - 1;
        while (at >= 0 && end - at <= 4 && Character.isDigit(text.charAt(at))) {
            at--;
        }
        return at < 0 || text.charAt(at) == '\n';
    }

    private double points(ChatRequest request, int promptTokens) {
        int tools = request.tools().size();
        double length = 0.6 * Math.log(Math.max(1, promptTokens / 16.0)) / Math.log(2);
        double sum = Math.min(4, length) + Math.min(1.2, 0.4 * marks.questions()) + Math.min(1.5, 0.25 * marks.items())
                + Math.min(1.5, 0.1 * marks.code()) + (tools == 0 ? 0 : Math.min(1.6, 0.7 + 0.1 * tools))
                + Math.min(1.6, 0.8 * media) + Math.min(1.2, 0.15 * Math.max(0, turns - 1))
                + (request.format() instanceof ChatRequest.Format.Schema ? 0.8 : 0);
        return Math.round(Math.min(10, sum) * 10) / 10.0;
    }
}
