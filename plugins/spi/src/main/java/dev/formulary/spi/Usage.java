package dev.formulary.spi;

/// Tokens of one answer. All counts are zero or more.
///
/// @param promptTokens tokens read, those from the vendor's cache included
/// @param completionTokens tokens written, thinking included
/// @param cachedTokens tokens read from the vendor's cache
/// @param thinkingTokens tokens thought and not said
/// @param estimated true when the vendor gave no count and this is the gateway's estimate
public record Usage(int promptTokens, int completionTokens, int cachedTokens, int thinkingTokens, boolean estimated) {
    /// Nothing counted.
    public static final Usage NONE = new Usage(0, 0, 0, 0, true);

    /// As the vendor counted.
    public static Usage of(int promptTokens, int completionTokens) {
        return new Usage(promptTokens, completionTokens, 0, 0, false);
    }

    /// Tokens read and written.
    public int totalTokens() {
        return promptTokens + completionTokens;
    }
}
