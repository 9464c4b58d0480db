package dev.formulary.engine.route;

import dev.formulary.engine.dialect.Inquiry;
import dev.formulary.engine.dialect.LateFacts;
import dev.formulary.engine.dialect.MalformedBodyException;
import dev.formulary.engine.dialect.Refusal;
import dev.formulary.engine.dialect.ResponseSettings;
import dev.formulary.engine.dialect.RetainedResponse;
import dev.formulary.engine.dialect.StreamWriter;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.grid.CachedReply;
import dev.formulary.engine.store.Responses;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.Usage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps answers of `/v1/responses` that may be fetched and followed: what their callers want stored, and policy lets be.
/// Thread-safe.
final class Retention {
    /// Nothing is kept, and nothing can be followed.
    static final Retention NONE = new Retention(null);
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private final @Nullable Responses responses;

    Retention(@Nullable Responses responses) {
        this.responses = responses;
    }

    /// What was kept; null when there is none of that tenant's (any more). Waits for the disk.
    @Nullable
    RetainedResponse find(String tenant, String id) throws RefusedException {
        try {
            return found(tenant, id);
        } catch (UncheckedIOException e) {
            throw unreadable(e);
        }
    }

    private @Nullable RetainedResponse found(String tenant, String id) {
        try {
            byte[] kept = responses == null ? null : responses.find(tenant, id);
            return kept == null ? null : RetainedResponse.read(kept);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RefusedException unreadable(UncheckedIOException why) {
        LOG.error("kept answers can't be read cause={}", why.getMessage());
        return new RefusedException(new Refusal(503, "responses_unavailable",
                "answers that were kept can't be read at the moment", null, Duration.ofSeconds(2)));
    }

    /// Forgets what was kept.
    ///
    /// @return false when there is none of that tenant's
    boolean forget(String tenant, String id) throws RefusedException {
        try {
            return responses != null && responses.forget(tenant, id);
        } catch (IOException e) {
            throw unreadable(new UncheckedIOException(e));
        }
    }

    /// A call with what was said before it, where it follows an answer.
    Inquiry followed(Inquiry asked, String tenant) throws RefusedException {
        ResponseSettings settings = asked.settings();
        if (settings == null) {
            return asked;
        }
        try {
            return RetainedResponse.followed(asked, settings, id -> found(tenant, id));
        } catch (MalformedBodyException e) {
            throw new RefusedException(e.refusal());
        } catch (UncheckedIOException e) {
            throw unreadable(e);
        }
    }

    /// A call that was allowed, with whether its answer is kept: that stands in the answer.
    Received settled(Received received, Decision.Allow allow) {
        ResponseSettings settings = received.inquiry().settings();
        if (settings == null || !settings.store()) {
            return received;
        }
        boolean kept = responses != null && responses.keeps(settings.bytes())
                && !Recollection.isPrivate(received.context(), allow.plan());
        return kept ? received : received.with(settings.storing(false));
    }

    /// An answer is there, as one object. Does not block.
    void answered(Received received, byte @Nullable [] response) {
        ResponseSettings settings = received.inquiry().settings();
        if (responses != null && settings != null && settings.store() && response != null) {
            String call = received.call().id();
            responses.keep(received.call().tenant(), "resp_" + call, RetainedResponse.write(settings, call, response));
        }
    }

    /// The writer of an answer that comes in pieces, and is kept once it has ended.
    StreamWriter writing(Received received, StreamWriter writer) {
        ResponseSettings settings = received.inquiry().settings();
        return settings != null && settings.store() ? new Kept(received, writer) : writer;
    }

    /// An answer that was given before, as one to this call.
    CachedReply again(Received received, CachedReply before) {
        if (received.inquiry().settings() == null) {
            return before;
        }
        var reply = new CachedReply(before.origin(), before.freshUntil(),
                RetainedResponse.again(before.frames(), received.call().id()));
        answered(received, RetainedResponse.lastOf(reply.frames(), received.call().stream()));
        return reply;
    }

    private final class Kept implements StreamWriter {
        private final Received received;
        private final StreamWriter writer;

        Kept(Received received, StreamWriter writer) {
            this.received = received;
            this.writer = writer;
        }

        @Override
        public byte @Nullable [] frame(ReplyEvent event) {
            return writer.frame(event);
        }

        @Override
        public void later(LateFacts facts) {
            writer.later(facts);
        }

        @Override
        public byte[] end(Usage usage) {
            byte[] last = writer.end(usage);
            answered(received, writer.whole());
            return last;
        }

        @Override
        public byte[] failure(Refusal refusal) {
            return writer.failure(refusal);
        }
    }
}
