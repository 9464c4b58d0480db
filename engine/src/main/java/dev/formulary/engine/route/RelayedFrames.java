package dev.formulary.engine.route;

import dev.formulary.engine.dialect.LateFacts;
import dev.formulary.engine.dialect.StreamWriter;
import dev.formulary.engine.dispatch.LiveAnswer;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.Outcome.Status;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Passes an answer on while it comes, piece by piece.
final class RelayedFrames implements Answer.Frames {
    /// A longer stream is not worth its memory in the cache.
    private static final int MOST_KEPT = 1 << 20;

    private final LiveAnswer live;
    private final StreamWriter writer;
    private final Recording recording;
    private final Presence presence;
    private final @Nullable Hearing hearing;
    private final @Nullable Consumer<List<byte[]>> keep;
    private @Nullable List<byte[]> kept;
    private int keptBytes;
    private boolean ended;
    private boolean brokeOff;

    /// @param hearing hears what is said, or null when nobody remembers it
    /// @param keep takes all frames of a complete stream, or null when nobody wants them
    RelayedFrames(LiveAnswer live, StreamWriter writer, Recording recording, Presence presence,
            @Nullable Hearing hearing, @Nullable Consumer<List<byte[]>> keep) {
        this.live = live;
        this.writer = writer;
        this.recording = recording;
        this.presence = presence;
        this.hearing = hearing;
        this.keep = keep;
        this.kept = keep == null ? null : new ArrayList<>();
    }

    @Override
    public byte @Nullable [] next() throws InterruptedException {
        while (!ended) {
            try {
                ReplyEvent event = live.next();
                tellOfOthers();
                if (hearing != null && event != null) {
                    hearing.hear(event);
                }
                byte[] frame = event == null ? complete() : writer.frame(event);
                if (frame != null && frame.length > 0) {
                    return event == null ? frame : remember(frame);
                }
            } catch (ProviderException e) {
                return broken(e);
            } catch (InterruptedException e) {
                close();
                throw e;
            }
        }
        return null;
    }

    /// What is known only now stands in the last frame. An answer of several models is not kept.
    private void tellOfOthers() {
        List<String> others = live.continuedBy();
        if (!others.isEmpty()) {
            kept = null;
            writer.later(new LateFacts(others, List.copyOf(live.ignoredLater())));
        }
    }

    private byte[] complete() {
        ended = true;
        byte[] last = writer.end(live.usage());
        if (hearing != null) {
            hearing.complete();
        }
        List<byte[]> all = kept;
        if (keep != null && all != null) {
            if (last.length > 0) {
                all.add(last);
            }
            keep.accept(all);
        }
        recording.ended(Status.ANSWERED, live);
        return last;
    }

    private byte[] remember(byte[] frame) {
        List<byte[]> all = kept;
        if (all != null) {
            keptBytes += frame.length;
            all.add(frame);
            if (keptBytes > MOST_KEPT) {
                kept = null;
            }
        }
        return frame;
    }

    private byte @Nullable [] broken(ProviderException failure) {
        ended = true;
        brokeOff = true;
        if (presence.gone()) {
            recording.ended(Status.CLIENT_GONE, live);
            return null;
        }
        recording.ended(Status.CUT, live);
        return writer.failure(Answers.broken(failure.category(), String.valueOf(failure.getMessage())));
    }

    @Override
    public boolean brokeOff() {
        return brokeOff;
    }

    @Override
    public void close() {
        if (!ended) {
            ended = true;
            live.close();
            recording.ended(Status.CLIENT_GONE, live);
        }
    }
}
