package dev.formulary.engine.route;

import dev.formulary.engine.dialect.VectorQuestion;
import dev.formulary.engine.dispatch.DispatchException;
import dev.formulary.engine.dispatch.Dispatcher;
import dev.formulary.engine.dispatch.LiveAnswer;
import dev.formulary.engine.dispatch.Opened;
import dev.formulary.engine.dispatch.Order;
import dev.formulary.engine.facts.Answer;
import dev.formulary.spi.ReplyEvent;
import java.util.List;
import java.util.Map;

/// Has a model asked, and gives its answer in the caller's format: whole, in pieces while they come, or checked first.
/// Thread-safe; blocks.
final class Delivery {
    private final Dispatcher dispatcher;
    private final Recollection recollection;
    private final Replay replay;
    private final CheckedDelivery checked;

    Delivery(Dispatcher dispatcher, Recollection recollection, Replay replay) {
        this.dispatcher = dispatcher;
        this.recollection = recollection;
        this.replay = replay;
        checked = new CheckedDelivery(dispatcher, recollection);
    }

    /// @throws DispatchException when no model answers
    Answer answer(Serving serving, Order order) throws DispatchException, InterruptedException {
        Check check = serving.check();
        if (check != null) {
            return checked.answer(serving, check, order);
        }
        return serving.received().call().stream()
                ? stream(serving, dispatcher.stream(order))
                : whole(serving, order);
    }

    private Answer whole(Serving serving, Order order) throws DispatchException, InterruptedException {
        Received received = serving.received();
        var sink = new Collecting();
        Opened opened = dispatcher.collect(order, sink);
        received.trace().answering();
        sink.reply().add(new ReplyEvent.Accounting(opened.usage()));
        VectorQuestion vectors = received.inquiry().vectors();
        if (vectors != null) {
            sink.reply().add(opened.vectors(), vectors);
        }
        byte[] body = received.dialect().whole(received.head(opened.candidate().id()), sink.reply());
        recollection.answered(received, serving.allow(), sink.reply());
        recollection.retention().answered(received, body);
        Replay.Keys keys = serving.keeping(opened);
        if (keys != null) {
            replay.keep(keys, received, serving.allow(), opened, List.of(body));
        }
        return new Answer.Whole(200, Answers.JSON, serving.recording().answered(serving.headers(opened), opened), body);
    }

    private Answer stream(Serving serving, LiveAnswer live) {
        Received received = serving.received();
        Opened opened = live.first();
        Map<String, String> headers = serving.recording().begun(serving.headers(opened), opened);
        var writer = recollection.retention().writing(received, received.dialect().stream(
                received.head(opened.candidate().id()), received.inquiry().request().includeUsage()));
        Replay.Keys keys = serving.keeping(opened);
        return new Answer.Streamed(200, received.dialect().streamType(), headers,
                new RelayedFrames(live, writer, serving.recording(), received.arrival().presence(),
                        recollection.hearing(received, serving.allow()), keys == null
                                ? null
                                : frames -> replay.keep(keys, received, serving.allow(), opened, frames)));
    }
}
