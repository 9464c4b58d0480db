package dev.formulary.engine.route;

import dev.formulary.engine.dialect.StreamWriter;
import dev.formulary.engine.dispatch.Opened;
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

    private final Opened opened;
    private final StreamWriter writer;
    private final Recording recording;
    private final Presence presence;
    private final @Nullable Consumer<List<byte[]>> keep;
    private @Nullable List<byte[]> kept;
    private int keptBytes;
    private boolean ended;

    /// @param keep takes all frames of a complete stream, or null when nobody wants them
    RelayedFrames(Opened opened, StreamWriter writer, Recording recording, Presence presence,
            @Nullable Consumer<List<byte[]>> keep) {
        this.opened = opened;
        this.writer = writer;
        this.recording = recording;
        this.presence = presence;
        this.keep = keep;
        this.kept = keep == null ? null : new ArrayList<>();
    }

    @Override
    public byte @Nullable [] next() throws InterruptedException {
        while (!ended) {
            try {
                ReplyEvent event = opened.next();
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

    private byte[] complete() {
        ended = true;
        byte[] last = writer.end(opened.usage());
        List<byte[]> all = kept;
        if (keep != null && all != null) {
            if (last.length > 0) {
                all.add(last);
            }
            keep.accept(all);
        }
        recording.ended(Status.ANSWERED, opened);
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
        if (presence.gone()) {
            recording.ended(Status.CLIENT_GONE, opened);
            return null;
        }
        recording.ended(Status.CUT, opened);
        return writer.failure(Answers.broken(failure.category(), String.valueOf(failure.getMessage())));
    }

    @Override
    public void close() {
        if (!ended) {
            ended = true;
            opened.close();
            recording.ended(Status.CLIENT_GONE, opened);
        }
    }
}
