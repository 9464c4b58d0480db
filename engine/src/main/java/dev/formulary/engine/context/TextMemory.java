package dev.formulary.engine.context;

import dev.formulary.spi.ChatRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Texts that were read lately, with what was found in them: a conversation is sent again with every turn. In memory only.
/// A text that nobody sends again is forgotten after five minutes, and all together have a million characters at most.
/// Thread-safe, without locks.
///
/// There are two generations. What is asked for goes to the younger one; when that one is full or old, it becomes the older
/// one, and the older one before is dropped.
final class TextMemory {
    /// Characters of all texts together; a text counts [#ENTRY] more than it has.
    static final int MOST = 1_000_000;
    /// About what an entry takes beside its text.
    static final int ENTRY = 128;
    /// How long a text is known that is not asked for.
    static final Duration LONGEST = Duration.ofMinutes(5);
    private static final int HALF = MOST / 2;
    /// A text that would drive out too many others is read each time.
    private static final int LONGEST_TEXT = HALF / 4;
    private static final long HALF_AGE = LONGEST.toNanos() / 2;

    private final Counting counting;
    private final LongSupplier nanos;
    private final AtomicReference<Generations> now;

    /// @param weight of the younger ones
    /// @param since when the younger ones began
    private record Generations(Map<String, KnownText> younger, Map<String, KnownText> older, AtomicInteger weight,
            long since) {
        static Generations begin(Map<String, KnownText> older, long since) {
            return new Generations(new ConcurrentHashMap<>(), older, new AtomicInteger(), since);
        }
    }

    TextMemory(Counting counting) {
        this(counting, System::nanoTime);
    }

    /// @param nanos a clock such as [System#nanoTime]
    TextMemory(Counting counting, LongSupplier nanos) {
        this.counting = counting;
        this.nanos = nanos;
        now = new AtomicReference<>(Generations.begin(Map.of(), nanos.getAsLong()));
    }

    /// A message of a request.
    ///
    /// @param texts its parts that are text, in order
    record Turn(ChatRequest.Message message, List<KnownText> texts) {}

    /// The messages of a request, with what is known of their texts.
    List<Turn> turns(ChatRequest request) {
        List<Turn> turns = new ArrayList<>(request.messages().size());
        for (ChatRequest.Message message : request.messages()) {
            turns.add(new Turn(message, texts(message.parts())));
        }
        return turns;
    }

    private List<KnownText> texts(List<ChatRequest.Part> parts) {
        if (parts.size() == 1) {
            return parts.getFirst() instanceof ChatRequest.Text(String only) ? List.of(of(only)) : List.of();
        }
        List<KnownText> texts = new ArrayList<>(parts.size());
        for (ChatRequest.Part part : parts) {
            if (part instanceof ChatRequest.Text(String text)) {
                texts.add(of(text));
            }
        }
        return texts;
    }

    /// What is known of a text.
    KnownText of(String text) {
        if (text.length() > LONGEST_TEXT) {
            return new KnownText(text, counting);
        }
        while (true) {
            Generations current = now.get();
            KnownText known = current.younger.get(text);
            if (known != null) {
                return known;
            }
            if (current.weight.addAndGet(text.length() + ENTRY) <= HALF) {
                return keep(current, text);
            }
            turnOver(current, nanos.getAsLong());
        }
    }

    private KnownText keep(Generations current, String text) {
        KnownText old = current.older.get(text);
        KnownText mine = old == null ? new KnownText(text, counting) : old;
        KnownText first = current.younger.putIfAbsent(mine.text(), mine);
        return first == null ? mine : first;
    }

    private void turnOver(Generations current, long at) {
        now.compareAndSet(current, Generations.begin(current.younger, at));
    }

    /// Forgets what is too old. To be called every now and then.
    void tick() {
        Generations current = now.get();
        long at = nanos.getAsLong();
        if (at - current.since >= HALF_AGE) {
            turnOver(current, at);
        }
    }

    /// Characters of all texts that it holds, each once for every generation that it is in.
    int characters() {
        Generations current = now.get();
        return length(current.younger) + length(current.older);
    }

    private static int length(Map<String, KnownText> texts) {
        return texts.keySet().stream().mapToInt(String::length).sum();
    }

    /// Whether this text is known; does not renew it.
    @Nullable
    KnownText peek(String text) {
        Generations current = now.get();
        KnownText young = current.younger.get(text);
        return young == null ? current.older.get(text) : young;
    }
}
