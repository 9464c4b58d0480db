package dev.formulary.engine.route;

import dev.formulary.engine.dialect.ChatDialect;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.QueuePlace;
import dev.formulary.engine.transport.Threads;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The stream of a client that wants to know how long it waits: comments that tell its place in the line, and then the
/// answer, which another thread gets meanwhile. What is no stream any more when a comment has gone out, as a refusal, is told
/// as an error within the stream.
final class WaitingFrames implements Answer.Frames {
    private static final Logger LOG = LoggerFactory.getLogger(WaitingFrames.class);
    private static final ThreadFactory THREADS = Threads.virtual("waiting");

    private final ChatDialect dialect;
    private final BlockingQueue<News> news = new LinkedBlockingQueue<>();
    private final Thread worker;
    private @Nullable QueuePlace first;
    private Answer.@Nullable Frames rest;
    private boolean ended;
    private boolean over;

    /// Gets an answer, and tells the caller what there is to tell meanwhile.
    @FunctionalInterface
    interface Work {
        Answer answer(Presence caller) throws InterruptedException;
    }

    private sealed interface News {
        record Place(QueuePlace place) implements News {}

        record Done(Answer answer) implements News {}

        record Stopped() implements News {}

        record Failed(RuntimeException why) implements News {}
    }

    private WaitingFrames(ChatDialect dialect, Presence caller, Work work) {
        this.dialect = dialect;
        worker = THREADS.newThread(() -> run(work, new Told(caller)));
    }

    /// Whether clients of that dialect can be told.
    static boolean possible(ChatDialect dialect) {
        return dialect.comment("") != null;
    }

    /// Answers a client; without any comment when the answer comes without waiting.
    ///
    /// @param early headers of a stream that begins before its answer is there
    static Answer answer(ChatDialect dialect, Presence caller, Map<String, String> early, Work work)
            throws InterruptedException {
        var frames = new WaitingFrames(dialect, caller, work);
        frames.worker.start();
        try {
            News first = frames.news.take();
            if (first instanceof News.Place(QueuePlace place)) {
                frames.first = place;
                return new Answer.Streamed(200, dialect.streamType(), early, frames);
            }
            return frames.outcome(first);
        } catch (InterruptedException e) {
            frames.close();
            throw e;
        }
    }

    private void run(Work work, Presence caller) {
        News last;
        try {
            last = new News.Done(work.answer(caller));
        } catch (InterruptedException e) {
            last = new News.Stopped();
        } catch (RuntimeException e) {
            last = new News.Failed(e);
        }
        tell(last);
    }

    private void tell(News what) {
        synchronized (this) {
            if (!over) {
                over = !(what instanceof News.Place);
                news.removeIf(News.Place.class::isInstance);
                news.add(what);
                return;
            }
        }
        letGo(what);
    }

    private static void letGo(News unwanted) {
        if (unwanted instanceof News.Done(Answer.Streamed(_, _, _, Answer.Frames frames))) {
            frames.close();
        }
    }

    private Answer outcome(News last) throws InterruptedException {
        return switch (last) {
            case News.Done(Answer answer) -> answer;
            case News.Failed(RuntimeException why) -> throw why;
            case News.Stopped _ -> throw stopped();
            case News.Place _ -> throw new IllegalStateException("it still waits");
        };
    }

    @Override
    public byte @Nullable [] next() throws InterruptedException {
        Answer.Frames begun = rest;
        if (begun != null) {
            return begun.next();
        }
        if (ended) {
            return null;
        }
        QueuePlace known = first;
        if (known != null) {
            first = null;
            return dialect.comment(words(known));
        }
        return switch (news.take()) {
            case News.Place(QueuePlace place) -> dialect.comment(words(place));
            case News.Done(Answer.Streamed(_, _, _, Answer.Frames frames)) -> begin(frames);
            case News.Done(Answer.Whole whole) -> end(whole.body());
            case News.Failed(RuntimeException why) -> failed(why);
            case News.Stopped _ -> throw stopped();
        };
    }

    private byte @Nullable [] begin(Answer.Frames frames) throws InterruptedException {
        rest = frames;
        return frames.next();
    }

    private byte[] end(byte[] error) {
        ended = true;
        return dialect.inStream(error);
    }

    private byte[] failed(RuntimeException why) {
        LOG.error("call failed while it waited", why);
        return end(dialect.error(Answers.fault()));
    }

    private static InterruptedException stopped() {
        return new InterruptedException("the gateway stops");
    }

    static String words(QueuePlace place) {
        String eta = place.etaMs() < 0 ? "" : " eta_ms=" + place.etaMs();
        return "waiting position=" + place.position() + eta;
    }

    /// The same in JSON.
    static byte[] json(QueuePlace place) {
        String eta = place.etaMs() < 0 ? "" : ",\"eta_ms\":" + place.etaMs();
        return ("{\"position\":" + place.position() + eta + "}").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        synchronized (this) {
            over = true;
        }
        news.forEach(WaitingFrames::letGo);
        Answer.Frames begun = rest;
        if (begun != null) {
            begun.close();
        } else {
            worker.interrupt();
        }
    }

    /// The client, for the thread that gets the answer.
    private final class Told implements Presence {
        private final Presence client;

        Told(Presence client) {
            this.client = client;
        }

        @Override
        public boolean gone() {
            return client.gone();
        }

        @Override
        public void onGone(Runnable action) {
            client.onGone(action);
        }

        @Override
        public void waits(QueuePlace place) {
            tell(new News.Place(place));
        }

        @Override
        public boolean answer(Answer.Whole instead) {
            tell(new News.Done(instead));
            return true;
        }

        @Override
        public void cutOff() {
            client.cutOff();
        }
    }
}
