package dev.formulary.engine.context;

/// Estimates how many tokens a text has, without a vocabulary: a tokenizer of 200,000 entries takes tens of megabytes and
/// more time than the rest of a decision. Whoever wants that has [Counting]. The costs of letters, digits and signs are fitted to OpenAI's `o200k_base`;
/// `TokensTest` compares the two and holds the published error. At most so many characters are looked at; what is beyond
/// counts four a token. More text never means fewer tokens.
public final class Tokens {
    private static final int LOOKED_AT = 32_768;
    private static final int CHARACTERS_A_TOKEN = 4;
    /// Costs are in 240ths of a token.
    private static final int ONE = 240;
    private static final byte LATIN = 0;
    private static final byte ACCENTED = 1;
    private static final byte DIGIT = 2;
    private static final byte SPACE = 3;
    private static final byte BREAK = 4;
    private static final byte SIGN = 5;
    private static final byte WIDE = 6;
    private static final byte OTHER = 7;
    private static final byte[] KINDS = new byte[0x250];
    /// What the first character of a run costs, and each that follows, by kind.
    private static final int[] FIRST = {218, 260, 225, 0, 70, 190, 190, 215};
    private static final int[] NEXT = {16, 50, 60, 8, 20, 80, 175, 36};

    static {
        for (char c = 0; c < KINDS.length; c++) {
            KINDS[c] = slowKind(c);
        }
    }

    /// What a message takes beside its text.
    static final int A_MESSAGE = 4;

    private Tokens() {}

    /// An estimate, at least 0.
    public static long in(CharSequence text) {
        int length = Math.min(text.length(), LOOKED_AT);
        long cost = 0;
        byte last = -1;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            byte kind = c < KINDS.length ? KINDS[c] : slowKind(c);
            boolean sameWord = kind == last || (kind <= ACCENTED && last <= ACCENTED && last >= 0);
            cost += sameWord ? NEXT[kind] : FIRST[kind];
            last = kind;
        }
        return Math.ceilDiv(cost, ONE) + Math.ceilDiv(text.length() - length, CHARACTERS_A_TOKEN);
    }

    private static byte slowKind(char c) {
        if (c == '\n' || c == '\r') {
            return BREAK;
        }
        if (Character.isWhitespace(c)) {
            return SPACE;
        }
        if (Character.isDigit(c)) {
            return DIGIT;
        }
        if (!Character.isLetter(c)) {
            return Character.isSurrogate(c) ? WIDE : SIGN;
        }
        if (c < KINDS.length) {
            return c < 0x80 ? LATIN : ACCENTED;
        }
        return Character.isIdeographic(c) || (c >= 0x3040 && c < 0x3100) || (c >= 0xAC00 && c < 0xD7B0) ? WIDE : OTHER;
    }
}
