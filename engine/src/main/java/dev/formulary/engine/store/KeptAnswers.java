package dev.formulary.engine.store;

import dev.formulary.engine.config.Secret;
import dev.formulary.engine.transport.Threads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What was answered and what was begun, over a restart: so that a question that comes once more gets the same answer, and one
/// that ends the process each time is found out. Answers are encrypted ([Seal]), each bound to its question and time;
/// questions are hashed. A killed process loses nothing that was kept; a machine without power perhaps the last seconds, as
/// nothing is forced to the disk. No failure here fails a call: it is told to the log, and then a restart forgets. Thread-safe.
public final class KeptAnswers implements AutoCloseable {
    /// The key where none is configured, in the data folder.
    static final String KEY = "mqtt-answers.key";
    static final String FOLDER = "mqtt-answers";
    /// A longer answer is not kept.
    public static final int LONGEST = 4 << 20;
    private static final Logger LOG = LoggerFactory.getLogger(KeptAnswers.class);
    private static final String PURPOSE = "formulary answers";
    private static final long PRUNE_MINUTES = 10;

    private final Path data;
    private final @Nullable Secret key;
    private final Duration retention;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Id, Place> answers = new HashMap<>();
    /// How often a question was begun and not ended, by processes before this one.
    private final Map<Id, Integer> unfinished = new HashMap<>();
    /// What this process has begun and not ended; each counts once, however often it comes anew.
    private final Set<Id> inHand = new HashSet<>();
    private final @Nullable ScheduledExecutorService timer;
    private @Nullable Seal seal;
    private @Nullable AnswerLog log;
    private boolean failing;

    /// The beginning of a SHA-256 sum of a question.
    record Id(long high, long low) {
        static Id of(String key) {
            try {
                ByteBuffer sum = ByteBuffer
                        .wrap(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
                return new Id(sum.getLong(), sum.getLong());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }
    }

    /// Where an answer lies.
    ///
    /// @param part which file
    /// @param at when it was kept, in milliseconds since 1970
    record Place(AnswerLog.Part part, long offset, int length, long at) {}

    /// Reads what was kept before.
    ///
    /// @param data the data folder
    /// @param key null for one beside the answers
    /// @param retention how long an answer is kept
    public KeptAnswers(Path data, @Nullable Secret key, Duration retention, Clock clock) {
        this(data, key, retention, clock, AnswerLog.Size.USUAL, Threads.timer("answers"));
    }

    KeptAnswers(Path data, @Nullable Secret key, Duration retention, Clock clock, AnswerLog.Size size,
            @Nullable ScheduledExecutorService timer) {
        this.data = data;
        this.key = key;
        this.retention = retention;
        this.clock = clock;
        this.timer = timer;
        try {
            seal = seal();
            log = AnswerLog.open(data.resolve(FOLDER), size, clock, retention, this::read, this::forget);
        } catch (IOException e) {
            failed(e);
        }
        if (timer != null) {
            var _ = timer.scheduleWithFixedDelay(this::prune, PRUNE_MINUTES, PRUNE_MINUTES, TimeUnit.MINUTES);
        }
    }

    private Seal seal() throws IOException {
        Files.createDirectories(data);
        byte[] secret = key == null
                ? OwnSecret.in(data.resolve(KEY))
                : key.value().getBytes(StandardCharsets.UTF_8);
        return Seal.of(secret, PURPOSE);
    }

    private void read(AnswerLog.Entry entry) {
        switch (entry.kind()) {
            case BEGUN -> unfinished.merge(entry.id(), 1, Integer::sum);
            case ENDED -> unfinished.remove(entry.id());
            case ANSWER -> {
                unfinished.remove(entry.id());
                answers.put(entry.id(), entry.place());
            }
        }
    }

    private void forget(AnswerLog.Part part) {
        answers.values().removeIf(place -> place.part().equals(part));
    }

    /// The answer to a question, or null when none is known.
    public byte @Nullable [] find(String question) {
        Id id = Id.of(question);
        lock.lock();
        try {
            Place place = answers.get(id);
            Seal ours = seal;
            if (place == null || ours == null || place.at < clock.millis() - retention.toMillis()) {
                return null;
            }
            byte[] answer = ours.open(place.part.read(place.offset, place.length), associated(question, place.at));
            if (answer == null) {
                LOG.warn("a kept answer can't be opened, its question is asked again");
                answers.remove(id);
            }
            return answer;
        } catch (IOException e) {
            failed(e);
            return null;
        } finally {
            lock.unlock();
        }
    }

    /// Keeps an answer before it goes out. One that is too long is only noted as ended.
    public void keep(String question, byte[] answer) {
        if (answer.length > LONGEST) {
            ended(question);
            return;
        }
        long now = clock.millis();
        Seal ours = seal;
        if (ours != null) {
            byte[] sealed = ours.seal(answer, associated(question, now));
            write(AnswerLog.Kind.ANSWER, Id.of(question), now, sealed);
        }
    }

    /// Notes that a question is being answered.
    ///
    /// @return how often processes before this one began it and did not end it
    public int begun(String question) {
        Id id = Id.of(question);
        lock.lock();
        try {
            if (inHand.add(id)) {
                write(AnswerLog.Kind.BEGUN, id, clock.millis(), new byte[0]);
            }
            return unfinished.getOrDefault(id, 0);
        } finally {
            lock.unlock();
        }
    }

    /// Notes that a question that was begun did not end this process.
    public void ended(String question) {
        write(AnswerLog.Kind.ENDED, Id.of(question), clock.millis(), new byte[0]);
    }

    private void write(AnswerLog.Kind kind, Id id, long now, byte[] content) {
        lock.lock();
        try {
            if (kind != AnswerLog.Kind.BEGUN) {
                unfinished.remove(id);
                inHand.remove(id);
            }
            if (log != null) {
                Place place = log.add(kind, id, now, content);
                if (kind == AnswerLog.Kind.ANSWER) {
                    answers.put(id, place);
                }
                failing = false;
            }
        } catch (IOException e) {
            failed(e);
        } finally {
            lock.unlock();
        }
    }

    private static byte[] associated(String question, long at) {
        byte[] bytes = question.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + bytes.length).putLong(at).put(bytes).array();
    }

    /// Deletes what is too old.
    void prune() {
        lock.lock();
        try {
            if (log != null) {
                log.prune();
            }
        } catch (IOException e) {
            failed(e);
        } finally {
            lock.unlock();
        }
    }

    private void failed(IOException why) {
        if (!failing) {
            LOG.error("answers can't be kept; a restart forgets them folder={} reason={}", data.resolve(FOLDER),
                    why.getMessage());
        }
        failing = true;
    }

    @Override
    public void close() {
        if (timer != null) {
            timer.shutdownNow();
        }
        lock.lock();
        try {
            if (log != null) {
                log.close();
            }
        } catch (IOException e) {
            LOG.debug("answers did not close cleanly", e);
        } finally {
            log = null;
            lock.unlock();
        }
    }
}
