package dev.formulary.engine.route;

import dev.formulary.engine.config.MqttSettings;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.mqtt.Incoming;
import dev.formulary.engine.mqtt.MqttLink;
import dev.formulary.engine.store.KeptAnswers;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What becomes of a question. In this order: asked, its answer kept, its answer brought to the broker, the question
/// acknowledged. Whatever ends in between, the question comes again: before its answer was kept it is asked once more, and
/// nobody has seen another answer (but perhaps the beginning of a stream); after that it gets the one that was kept. So the
/// asker may get an answer twice, and never two of them. Thread-safe.
final class MqttAnswering {
    private static final Logger LOG = LoggerFactory.getLogger(MqttAnswering.class);
    /// How often handling a message may fail by a fault of the gateway, over restarts, too.
    static final int MOST_TRIES = 3;

    private final Desk desk;
    private final MqttExchange exchange;

    /// What all routes share.
    ///
    /// @param replies the beginning of the topic for answers to a client that only gives an id
    /// @param mostBytes how large a message may be
    record Desk(MqttLink link, AnsweredMemory memory, DeadLetters deadLetters, String replies, long mostBytes) {

        /// @param data where answers are kept
        static Desk of(MqttLink link, Settings settings, Path data) {
            MqttSettings broker = Objects.requireNonNull(settings.mqtt());
            String node = "formulary/v1/" + settings.node() + "/";
            KeptAnswers kept = broker.keepAnswers().isZero()
                    ? null
                    : new KeptAnswers(data, settings.sessions().history().key(), broker.keepAnswers(),
                            Clock.systemUTC());
            return new Desk(link, new AnsweredMemory(kept), new DeadLetters(link, node + "dead-letter"),
                    node + "reply/",
                    settings.server().maxBody());
        }
    }

    MqttAnswering(Desk desk, MqttExchange exchange) {
        this.desk = desk;
        this.exchange = exchange;
    }

    /// Handles a message to the end.
    ///
    /// @throws InterruptedException when stopped; then it comes again
    void handle(Incoming message) throws InterruptedException {
        boolean large = message.payload().length > desk.mostBytes;
        if (large && message.responseTopic() == null) {
            desk.deadLetters.send(message, DeadLetters.Reason.TOO_LARGE, "more than " + desk.mostBytes + " bytes");
            message.acknowledge();
            return;
        }
        MqttRequest request = MqttRequest.of(message, desk.replies);
        if (request.unreadable()) {
            desk.deadLetters.send(message, DeadLetters.Reason.UNREADABLE,
                    "no JSON object, and no response topic where to say so");
            message.acknowledge();
            return;
        }
        AnsweredMemory.Lookup known = desk.memory.look(request.key());
        if (!known.first()) {
            repeat(message, request, known.entry());
        } else if (large) {
            answer(message, request, known.entry(), MqttReply.error(request, 413, "request_too_large",
                    "the message is larger than " + desk.mostBytes + " bytes"));
        } else {
            begin(message, request, known.entry());
        }
    }

    /// The question is being answered just now, or was answered. Whoever asks again when the answer was on its way may have missed
    /// it and gets it once more.
    private void repeat(Incoming message, MqttRequest request, AnsweredMemory.Entry entry) throws InterruptedException {
        boolean wasAnswered = entry.reply.isDone();
        try {
            entry.out.get();
            if (!wasAnswered || out(message, request, entry.reply.get())) {
                message.acknowledge();
            }
        } catch (CancellationException | ExecutionException e) {
            LOG.debug("nobody could answer; unacknowledged, it comes again", e);
        }
    }

    private void begin(Incoming message, MqttRequest request, AnsweredMemory.Entry entry) throws InterruptedException {
        int tries = desk.memory.begun(request.mark());
        try {
            while (tries < MOST_TRIES) {
                switch (exchange.ask(request)) {
                    case MqttExchange.Outcome.Pieces(Answer.Streamed stream) -> {
                        stream(message, request, entry, stream);
                        return;
                    }
                    case MqttExchange.Outcome.Whole whole -> {
                        tries++;
                        if (!whole.fault()) {
                            answer(message, request, entry, whole.reply());
                            return;
                        }
                        if (tries == MOST_TRIES) {
                            giveUp(message, request, entry, whole.reply());
                            return;
                        }
                    }
                }
            }
            giveUp(message, request, entry, MqttReply.error(request, 500, "given_up",
                    "the gateway failed at this question " + MOST_TRIES + " times and does not try it again"));
        } catch (InterruptedException | RuntimeException e) {
            desk.memory.ended(request.mark());
            desk.memory.forget(request.key(), entry);
            throw e;
        }
    }

    private void giveUp(Incoming message, MqttRequest request, AnsweredMemory.Entry entry, MqttReply reply)
            throws InterruptedException {
        desk.deadLetters.send(message, DeadLetters.Reason.FAILED, "the gateway failed at it " + MOST_TRIES + " times");
        answer(message, request, entry, reply);
    }

    private void answer(Incoming message, MqttRequest request, AnsweredMemory.Entry entry, MqttReply reply)
            throws InterruptedException {
        List<MqttReply> replies = List.of(request.inPieces() ? MqttPieces.last(reply, request, 0) : reply);
        keep(request, entry, replies);
        finish(message, entry, out(message, request, replies));
    }

    private void keep(MqttRequest request, AnsweredMemory.Entry entry, List<MqttReply> replies) {
        if (request.key() == null) {
            desk.memory.ended(request.mark());
        }
        desk.memory.answered(request.key(), entry, replies);
    }

    private static void finish(Incoming message, AnsweredMemory.Entry entry, boolean done) {
        if (done) {
            message.acknowledge();
        }
        entry.out.complete(done);
    }

    /// Brings the messages of an answer to the broker.
    ///
    /// @return true: nothing is left to be done for the question
    private boolean out(Incoming message, MqttRequest request, List<MqttReply> replies) throws InterruptedException {
        String to = where(request);
        if (to != null) {
            var delivery = new MqttDelivery(desk.link, to, request.correlation());
            boolean taken = true;
            for (int i = 0; taken && i < replies.size(); i++) {
                taken = delivery.give(replies.get(i));
            }
            if (!taken || !delivery.flush()) {
                refused(message);
            }
        }
        return true;
    }

    private void refused(Incoming message) throws InterruptedException {
        desk.deadLetters.send(message, DeadLetters.Reason.ANSWER_REFUSED, "the broker does not take its answer");
    }

    private @Nullable String where(MqttRequest request) {
        String to = request.replyTopic();
        boolean loop = to != null && desk.link.hears(to);
        if (to == null || loop) {
            LOG.warn("answer dropped topic={} reason={}", request.topic(),
                    loop ? "response-topic-is-a-request-topic" : "no-response-topic");
            return null;
        }
        return to;
    }

    /// The pieces go out as they come. When the last is there, all are kept before it goes out.
    private void stream(Incoming message, MqttRequest request, AnsweredMemory.Entry entry, Answer.Streamed stream)
            throws InterruptedException {
        String to = where(request);
        try (Answer.Frames _ = stream.frames()) {
            if (to == null) {
                keep(request, entry, List.of());
                finish(message, entry, true);
                return;
            }
            var pieces = new MqttPieces(stream, request);
            var delivery = new MqttDelivery(desk.link, to, request.correlation());
            List<MqttReply> all = new ArrayList<>();
            long bytes = 0;
            boolean taken = true;
            while (taken && !pieces.ended()) {
                MqttReply piece = pieces.next();
                bytes += piece.body().length;
                if (bytes <= KeptAnswers.LONGEST / 2) {
                    all.add(piece);
                }
                if (pieces.ended() && bytes <= KeptAnswers.LONGEST / 2) {
                    keep(request, entry, all);
                }
                taken = delivery.give(piece);
            }
            if (!taken || !delivery.flush()) {
                refused(message);
            }
            if (!entry.reply.isDone()) {
                desk.memory.ended(request.mark());
                desk.memory.tooLong(request.key());
            }
            finish(message, entry, true);
        }
    }
}
