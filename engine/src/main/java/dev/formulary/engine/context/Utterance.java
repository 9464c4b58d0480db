package dev.formulary.engine.context;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What somebody said, as numbers of words, with what stands between them. Linear in the length of the text.
final class Utterance {
    private static final byte COMMA = 1;
    private static final byte CLAUSE = 2;
    private static final byte SENTENCE = 3;
    private static final int SPELLED = 24;
    private static final int SHORTEST_SPELLED = 3;

    private final WordTable table;
    private final String text;
    private int[] words;
    private byte[] before;
    private boolean[] quoted;
    private int[] sentences;
    private int count;
    private int sentence;
    private byte mark;
    private boolean lineEnded;
    private int quoteFrom = -1;
    private final char[] spelled = new char[SPELLED];
    private int spelledCount;

    private Utterance(String text, WordTable table) {
        this.text = text;
        this.table = table;
        int most = 16 + text.length() / 5;
        words = new int[most];
        before = new byte[most];
        quoted = new boolean[most];
        sentences = new int[most];
    }

    static Utterance of(String text, WordTable table) {
        var utterance = new Utterance(Letters.plain(text), table);
        utterance.read();
        return utterance;
    }

    private void read() {
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Letters.fold(c) != 0) {
                at = readWord(at);
            } else if (Character.isHighSurrogate(c) && at + 1 < text.length()) {
                endSpelled();
                add(table.number(WordTable.add(WordTable.add(WordTable.SEED, c), text.charAt(at + 1))));
                at += 2;
            } else {
                mark(c, at);
                at++;
            }
        }
        endSpelled();
        if (quoteFrom >= 0) {
            // a quotation that does not end is none
            Arrays.fill(quoted, quoteFrom, count, false);
        }
    }

    private int readWord(int from) {
        long hash = WordTable.SEED;
        int length = 0;
        int run = 0;
        char last = 0;
        boolean disguised = false;
        boolean hidden = false;
        int at = from;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            char letter = Letters.fold(c);
            if (letter == 0) {
                if (Letters.traceless(c) || (Letters.inner(c) && letterAt(at + 1)) || stars(at)) {
                    hidden |= c == '*';
                    continue;
                }
                if (!Letters.leet(c) || !letterAt(at + 1)) {
                    break;
                }
                letter = c;
                disguised = true;
            }
            run = letter == last ? run + 1 : 1;
            disguised |= run >= 3 || (letter >= '0' && letter <= '9');
            last = letter;
            hash = WordTable.add(hash, letter);
            length++;
        }
        if (length == 1) {
            single(last);
        } else {
            endSpelled();
        }
        int number = table.number(hash);
        number = number == WordTable.UNKNOWN && disguised ? undisguised(from, at) : number;
        add(number == WordTable.UNKNOWN && hidden ? table.starred(text, from, at) : number);
        return at;
    }

    /// Whether stars stand there that another letter follows.
    private boolean stars(int at) {
        return text.charAt(at) == '*' && at + 1 < text.length() && text.charAt(at + 1) == '*' && letterAt(at + 2);
    }

    private boolean letterAt(int at) {
        return at < text.length() && Letters.fold(text.charAt(at)) != 0;
    }

    private int undisguised(int from, int to) {
        var letters = new StringBuilder();
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            char letter = Letters.fold(c);
            if (letter != 0 || Letters.leet(c)) {
                letters.append(letter == 0 ? c : letter);
            }
        }
        String word = letters.toString();
        int reading = 0;
        for (@Nullable
        String other = Letters.reading(word, reading); other != null; other = Letters.reading(word,
                reading)) {
            int number = table.number(other);
            if (number != WordTable.UNKNOWN) {
                return number;
            }
            reading++;
        }
        return WordTable.UNKNOWN;
    }

    private void single(char letter) {
        if (mark >= CLAUSE || spelledCount == SPELLED) {
            endSpelled();
        }
        spelled[spelledCount++] = letter;
    }

    /// Letters that stood by themselves become the word that they spell, if they spell one.
    private void endSpelled() {
        int letters = spelledCount;
        spelledCount = 0;
        if (letters < SHORTEST_SPELLED) {
            return;
        }
        for (int from = 0; from < 2; from++) {
            int number = table.number(new String(spelled, from, letters - from));
            if (number != WordTable.UNKNOWN) {
                count -= letters - from;
                int first = count;
                count++;
                words[first] = number;
                return;
            }
        }
    }

    private void add(int number) {
        if (count == words.length) {
            grow();
        }
        if (mark == SENTENCE && count > 0) {
            sentence++;
        }
        words[count] = number;
        before[count] = mark;
        quoted[count] = quoteFrom >= 0;
        sentences[count] = sentence;
        count++;
        mark = 0;
        lineEnded = false;
    }

    private void grow() {
        int more = words.length * 2;
        words = Arrays.copyOf(words, more);
        before = Arrays.copyOf(before, more);
        quoted = Arrays.copyOf(quoted, more);
        sentences = Arrays.copyOf(sentences, more);
    }

    private void mark(char c, int at) {
        switch (c) {
            case '.' -> raise(dotsAround(at) ? COMMA : between(at) ? 0 : SENTENCE);
            case '!', '?', '¡', '¿' -> raise(SENTENCE);
            case '\n' -> {
                raise(lineEnded ? SENTENCE : COMMA);
                lineEnded = true;
            }
            case ';' -> raise(CLAUSE);
            case ',', ':', '(', ')', '–', '—', '…' -> raise(COMMA);
            case '"' -> quote(quoteFrom < 0);
            case '“', '«', '„' -> quote(true);
            case '”', '»' -> quote(false);
            default -> {
                // a space
            }
        }
    }

    /// An ellipsis does not end a sentence.
    private boolean dotsAround(int at) {
        return (at + 1 < text.length() && text.charAt(at + 1) == '.') || (at > 0 && text.charAt(at - 1) == '.');
    }

    /// Whether a single letter stands before and a letter right behind, as in `d.i.e`.
    private boolean between(int at) {
        return spelledCount > 0 && at > 0 && letterAt(at - 1) && letterAt(at + 1);
    }

    private void raise(byte stronger) {
        if (stronger > mark) {
            mark = stronger;
        }
    }

    private void quote(boolean begins) {
        if (begins && quoteFrom < 0) {
            quoteFrom = count;
        } else if (!begins) {
            quoteFrom = -1;
        }
        raise(COMMA);
    }

    int count() {
        return count;
    }

    int word(int at) {
        return words[at];
    }

    int sentence(int at) {
        return sentences[at];
    }

    boolean quoted(int at) {
        return quoted[at];
    }

    boolean commaBefore(int at) {
        return before[at] >= COMMA;
    }

    boolean clauseBefore(int at) {
        return before[at] >= CLAUSE;
    }
}
