package dev.formulary.engine.context;

import java.util.Map;
import java.util.Set;

/// The numbers of the words that the lexicon knows, found by the hash of their letters, so that reading a text makes no
/// objects. Words are told apart by 64 bits. Immutable.
final class WordTable {
    /// The number of every word that the lexicon does not know.
    static final int UNKNOWN = 0;

    /// FNV-1a, 64 bits.
    static final long SEED = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    /// So many letters of a starred word must be there to be seen.
    private static final int SEEN = 2;

    private final String[] guarded;
    private final long[] hashes;
    private final int[] numbers;

    /// @param words their numbers, from 1
    WordTable(Map<String, Integer> words) {
        this(words, Set.of());
    }

    /// @param guarded those of the words that are also found with stars for letters
    WordTable(Map<String, Integer> words, Set<String> guarded) {
        this.guarded = guarded.toArray(String[]::new);
        int size = Integer.highestOneBit(Math.max(16, words.size())) << 2;
        hashes = new long[size];
        numbers = new int[size];
        words.forEach((word, number) -> {
            long hash = hash(word);
            int slot = slot(hash);
            while (numbers[slot] != UNKNOWN) {
                slot = (slot + 1) & (numbers.length - 1);
            }
            hashes[slot] = hash;
            numbers[slot] = number;
        });
    }

    static long add(long hash, char letter) {
        return (hash ^ letter) * PRIME;
    }

    private static long hash(String word) {
        long hash = SEED;
        for (int i = 0; i < word.length(); i++) {
            hash = add(hash, word.charAt(i));
        }
        return hash;
    }

    private int slot(long hash) {
        return (int) (hash ^ (hash >>> 29)) & (numbers.length - 1);
    }

    int number(long hash) {
        int slot = slot(hash);
        while (numbers[slot] != UNKNOWN) {
            if (hashes[slot] == hash) {
                return numbers[slot];
            }
            slot = (slot + 1) & (numbers.length - 1);
        }
        return UNKNOWN;
    }

    /// The number of the guarded word that has these letters, and any in place of each star.
    int starred(String text, int from, int to) {
        for (String word : guarded) {
            if (word.length() == to - from && fits(text, from, word)) {
                return number(word);
            }
        }
        return UNKNOWN;
    }

    private static boolean fits(String text, int from, String word) {
        int seen = 0;
        for (int i = 0; i < word.length(); i++) {
            char c = text.charAt(from + i);
            if (c != '*' && Letters.fold(c) != word.charAt(i)) {
                return false;
            }
            seen += c == '*' ? 0 : 1;
        }
        return seen >= SEEN;
    }

    int number(String word) {
        return number(hash(word));
    }
}
