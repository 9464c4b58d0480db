package dev.formulary.engine.route;

import dev.formulary.engine.admission.Keyring;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.QueuePlace;
import dev.formulary.engine.transport.Threads;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Answers that their callers fetch later: who prefers that (`Prefer: respond-async`, RFC 7240, section 4.1) and has to wait in
/// line is told where the answer will be, rather than kept. Only so many are remembered, finished ones for ten minutes, and none
/// over a restart. Thread-safe.
final class PendingAnswers {
    static final String PATH = "/v1/answers/";
    static final Duration KEPT = Duration.ofMinutes(10);
    private static final int MOST = 1_000;
    private static final long MOST_BYTES = 32 << 20;
    private static final long MOST_SECONDS = 60;
    private static final Pattern PREFERRED = Pattern.compile("(?i)(^|.*,)\\s*respond-async\\s*(,.*|$)");
    private static final ThreadFactory THREADS = Threads.virtual("pending");

    private final InstantSource clock;
    private final Map<String, Kept> byId = new ConcurrentHashMap<>();

    private record Kept(Keyring.Caller owner, Deferred answer) {}

    PendingAnswers(InstantSource clock) {
        this.clock = clock;
    }

    /// Whether a caller would rather not be kept waiting.
    ///
    /// @param prefer the header's value, or null
    static boolean preferred(@Nullable String prefer) {
        return prefer != null && PREFERRED.matcher(prefer).matches();
    }

    /// Answers a call; with 202 when it has to wait in line.
    ///
    /// @param work gets the answer in one piece, and tells its caller when it waits
    Answer answer(Received received, WaitingFrames.Work work) throws InterruptedException {
        sweep();
        if (byId.size() >= MOST || bytes() > MOST_BYTES) {
            return work.answer(received.arrival().presence());
        }
        var answer = new Deferred(received.dialect(), received.arrival().presence(), work, clock);
        THREADS.newThread(answer).start();
        Answer early = answer.early();
        if (early != null) {
            return early;
        }
        String id = received.call().id();
        byId.put(id, new Kept(new Keyring.Caller(received.call().key(), received.call().tenant()), answer));
        return shown(id, answer);
    }

    /// The answer, or where it stands; null when there is none of that caller's.
    @Nullable
    Answer find(String id, Keyring.Caller caller) {
        Kept kept = of(id, caller);
        return kept == null ? null : shown(id, kept.answer());
    }

    /// The caller does not want it any more.
    ///
    /// @return false when there is none of that caller's
    boolean cancel(String id, Keyring.Caller caller) {
        Kept kept = of(id, caller);
        if (kept != null) {
            byId.remove(id);
            kept.answer().leave();
        }
        return kept != null;
    }

    private @Nullable Kept of(String id, Keyring.Caller caller) {
        sweep();
        Kept kept = byId.get(id);
        return kept != null && kept.owner().is(caller) ? kept : null;
    }

    private static Answer shown(String id, Deferred answer) {
        Answer there = answer.there();
        return there == null ? waiting(id, answer.place()) : there;
    }

    private static Answer waiting(String id, QueuePlace place) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Location", PATH + id);
        headers.put("Preference-Applied", "respond-async");
        headers.put("X-Formulary-Decision", id);
        headers.put("X-Formulary-Queue-Position", Integer.toString(place.position()));
        if (place.etaMs() >= 0) {
            headers.put("X-Formulary-Queue-Eta-Ms", Long.toString(place.etaMs()));
        }
        headers.put("Retry-After", Long.toString(Math.clamp(Math.ceilDiv(place.etaMs(), 1_000L), 1, MOST_SECONDS)));
        String body = "{\"id\":\"" + id + "\",\"status\":\"queued\",\"queue\":"
                + new String(WaitingFrames.json(place), StandardCharsets.UTF_8) + "}";
        return new Answer.Whole(202, Answers.JSON, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    private long bytes() {
        return byId.values().stream().mapToLong(kept -> kept.answer().bytes()).sum();
    }

    private void sweep() {
        Instant oldest = clock.instant().minus(KEPT);
        byId.values().removeIf(kept -> kept.answer().endedBefore(oldest));
    }
}
