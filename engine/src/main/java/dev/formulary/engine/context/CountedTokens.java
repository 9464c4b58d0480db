package dev.formulary.engine.context;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Counts the tokens of OpenAI's `o200k_base`, exactly as far as [#MOST] characters; what is beyond is taken to have as many
/// a character. What looks like a special token is text. The vocabulary is read when the first text is counted, on that
/// call's own thread while others wait for it, and stays.
final class CountedTokens implements Counting {
    /// One for all: the vocabulary takes 28 MiB.
    static final Counting ALL = new CountedTokens();
    /// What a person writes of that length is counted in some tens of milliseconds, what somebody contrives in a second.
    static final int MOST = 200_000;

    private final ReentrantLock reading = new ReentrantLock();
    private volatile @Nullable Encoding vocabulary;

    private CountedTokens() {}

    @Override
    public long in(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        int bound = bound(text);
        long counted = vocabulary().countTokensOrdinary(bound == text.length() ? text : text.substring(0, bound));
        return counted + Math.ceilDiv(counted * (text.length() - bound), bound);
    }

    @Override
    public long most() {
        return MOST;
    }

    /// Between two characters, never within one that takes two places.
    private static int bound(String text) {
        if (text.length() <= MOST) {
            return text.length();
        }
        return Character.isHighSurrogate(text.charAt(MOST - 1)) ? MOST - 1 : MOST;
    }

    private Encoding vocabulary() {
        Encoding known = vocabulary;
        return known == null ? read() : known;
    }

    private Encoding read() {
        reading.lock();
        try {
            Encoding known = vocabulary;
            if (known == null) {
                known = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
                vocabulary = known;
            }
            return known;
        } finally {
            reading.unlock();
        }
    }
}
