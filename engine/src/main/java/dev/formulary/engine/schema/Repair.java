package dev.formulary.engine.schema;

/// What may be repaired of JSON that a model wrote. None of these changes, adds or leaves out a value.
public enum Repair {
    /// Thoughts between `<think>` and `</think>` before the answer.
    THOUGHTS("thoughts"),
    /// The marks of a block of code around it.
    CODE_FENCE("code-fence"),
    /// Words before or behind it.
    SURROUNDING_TEXT("surrounding-text"),
    /// Commas before a closing bracket, comments, single quotation marks, line breaks within texts.
    SYNTAX("syntax"),
    /// Brackets that were left open at its very end, by a model that says that it was done.
    CLOSED("closed");

    private final String word;

    Repair(String word) {
        this.word = word;
    }

    /// As headers have it.
    public String word() {
        return word;
    }
}
