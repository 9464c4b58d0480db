package dev.formulary.engine.admin;

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
    record Content(String type, byte[] body) {}
}
