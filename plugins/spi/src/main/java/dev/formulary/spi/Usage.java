package dev.formulary.spi;

/// Tokens of one answer, by class. All counts are zero or more.
///
/// @param promptTokens tokens read, those of the other classes of reading included
/// @param completionTokens tokens written, those of the other classes of writing included
/// @param cachedTokens tokens read from the vendor's cache
/// @param thinkingTokens tokens thought and not said
/// @param cacheWriteTokens tokens read that the vendor put into its cache, where that has a price of its own
/// @param longCacheWriteTokens those of them that the vendor keeps for longer than usual, where that has a price of its own
/// @param imageTokens tokens that pictures were read as
/// @param audioInputTokens tokens that sound was read as
/// @param audioOutputTokens tokens that were spoken
/// @param estimated true when the vendor gave no count and this is the gateway's estimate
public record Usage(int promptTokens, int completionTokens, int cachedTokens, int thinkingTokens, int cacheWriteTokens,
        int longCacheWriteTokens, int imageTokens, int audioInputTokens, int audioOutputTokens, boolean estimated) {
    /// Nothing counted.
    public static final Usage NONE = new Usage(0, 0, 0, 0, true);

    /// What is put into the vendor's cache is kept as long as usual.
    public Usage(int promptTokens, int completionTokens, int cachedTokens, int thinkingTokens, int cacheWriteTokens,
            int imageTokens, int audioInputTokens, int audioOutputTokens, boolean estimated) {
        this(promptTokens, completionTokens, cachedTokens, thinkingTokens, cacheWriteTokens, 0, imageTokens,
                audioInputTokens, audioOutputTokens, estimated);
    }

    /// No pictures, no sound, nothing written into a cache.
    public Usage(int promptTokens, int completionTokens, int cachedTokens, int thinkingTokens, boolean estimated) {
        this(promptTokens, completionTokens, cachedTokens, thinkingTokens, 0, 0, 0, 0, estimated);
    }

    /// As the vendor counted.
    public static Usage of(int promptTokens, int completionTokens) {
        return new Usage(promptTokens, completionTokens, 0, 0, false);
    }

    /// Tokens read and written.
    public int totalTokens() {
        return promptTokens + completionTokens;
    }

    /// What is kept for longer is shown where there is any, so that recordings of before stay what they are.
    @Override
    public String toString() {
        return "Usage[promptTokens=" + promptTokens + ", completionTokens=" + completionTokens + ", cachedTokens="
                + cachedTokens + ", thinkingTokens=" + thinkingTokens + ", cacheWriteTokens=" + cacheWriteTokens
                + (longCacheWriteTokens == 0 ? "" : ", longCacheWriteTokens=" + longCacheWriteTokens)
                + ", imageTokens=" + imageTokens + ", audioInputTokens=" + audioInputTokens + ", audioOutputTokens="
                + audioOutputTokens + ", estimated=" + estimated + "]";
    }
}
