package dev.formulary.engine.admin;

import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// A document that depends on the parameters behind the question mark. Called by many threads at once; may block.
@FunctionalInterface
public interface Report extends Supplier<Report.Content> {

    /// @param asked gives a parameter's value, empty where nothing is said
    /// @throws IllegalArgumentException when a parameter is wrong; the message is for the operator
    Content of(UnaryOperator<String> asked);

    /// What is shown when nothing is said.
    @Override
    default Content get() {
        return of(_ -> "");
    }

    /// What is shown.
    ///
    /// @param type as in `Content-Type`
    record Content(String type, byte[] body) {

        public static Content json(Object document) {
            return new Content("application/json", AdminJson.write(document));
        }

        public static Content csv(String rows) {
            return new Content("text/csv; charset=utf-8", rows.getBytes(StandardCharsets.UTF_8));
        }
    }

    /// Whether the parameter `format` asks for CSV; JSON is preset.
    ///
    /// @throws IllegalArgumentException when it is neither
    static boolean csv(UnaryOperator<String> asked) {
        String format = asked.apply("format");
        if (!format.isEmpty() && !format.equals("json") && !format.equals("csv")) {
            throw new IllegalArgumentException("'format' must be json or csv");
        }
        return format.equals("csv");
    }
}
