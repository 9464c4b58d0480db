package dev.formulary.engine.decision;

/// What one condition cell asks of its fact. Equal when it asks the same.
///
/// @param <S> a value that the fact may have
interface TableMatch<S> {

    boolean accepts(S value);

    /// The same as a constraint of a rule; empty when every value will do.
    ///
    /// @param path how a rule reaches the fact; for columns of several values, how it asks for one, with `%s`
    String expression(String path);
}
