package dev.formulary.engine.route;

import dev.formulary.engine.dialect.CollectedReply;
import dev.formulary.engine.dialect.Refusal;
import dev.formulary.engine.dialect.StreamWriter;
import dev.formulary.engine.dispatch.Correction;
import dev.formulary.engine.dispatch.DispatchException;
import dev.formulary.engine.dispatch.Dispatcher;
import dev.formulary.engine.dispatch.Opened;
import dev.formulary.engine.dispatch.Order;
import dev.formulary.engine.dispatch.Spent;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.schema.Repair;
import dev.formulary.engine.schema.Verdict;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ReplyEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Gives answers that were checked: as the model wrote them, repaired where nothing had to be guessed, or after the model was
/// told what is wrong and asked again. What does not follow the schema then is refused. Thread-safe; blocks.
final class CheckedDelivery {
    private static final String CHECKED = "X-Formulary-Checked";

    private final Dispatcher dispatcher;
    private final Recollection recollection;

    CheckedDelivery(Dispatcher dispatcher, Recollection recollection) {
        this.dispatcher = dispatcher;
        this.recollection = recollection;
    }

    /// @throws DispatchException when no model answers
    Answer answer(Serving serving, Check check, Order order) throws DispatchException, InterruptedException {
        Order now = order;
        Spent spent = Spent.NOTHING;
        Verdict.Unsound wrong = null;
        for (int left = check.corrections(); true; left--) {
            var sink = new Gathering();
            Opened opened;
            try {
                opened = dispatcher.collect(now, sink);
            } catch (DispatchException e) {
                if (wrong == null || e.category() == FailureCategory.CANCELLED) {
                    throw e;
                }
                return refused(serving, spent.failed(e.tried()), notFollowed(wrong.told()
                        + "; it was to be asked again, but: " + e.getMessage()));
            }
            CollectedReply reply = sink.reply();
            if (reply.declines()) {
                return refused(serving, spent.used(opened), Refusal.badRequest("content_filter",
                        "the model declines to answer", null));
            }
            Verdict verdict = reply.callsTools()
                    ? new Verdict.Sound(reply.said(), List.of())
                    : check.schema().check(reply.said(), reply.finish() == ReplyEvent.Finish.Reason.STOP);
            if (verdict instanceof Verdict.Sound sound) {
                return given(serving, opened, spent.used(opened), sink, sound);
            }
            wrong = (Verdict.Unsound) verdict;
            spent = spent.unusable(opened);
            if (left == 0) {
                return refused(serving, spent, notFollowed(wrong.told()));
            }
            now = Correction.of(order, opened.candidate(), reply.said(), opened.usage().completionTokens(),
                    wrong.faults());
        }
    }

    private static Refusal notFollowed(String why) {
        return new Refusal(502, Checks.NOT_FOLLOWED,
                "the model's answer does not follow the JSON schema, and nothing is made up: " + why, null, null);
    }

    private static Answer refused(Serving serving, Spent spent, Refusal why) {
        serving.recording().unusable(spent);
        Map<String, String> headers = Answers.headers(serving.allow());
        headers.put("X-Formulary-Attempts", Integer.toString(spent.tried().size()));
        return Answers.refusal(serving.received().dialect(), why, headers);
    }

    private Answer given(Serving serving, Opened opened, Spent spent, Gathering sink, Verdict.Sound sound) {
        Received received = serving.received();
        CollectedReply reply = sink.reply();
        if (!sound.repairs().isEmpty()) {
            reply.restate(sound.text());
        }
        reply.add(new ReplyEvent.Accounting(spent.usage()));
        Map<String, String> headers = serving.headers(opened);
        headers.put(CHECKED, said(sound.repairs()));
        serving.recording().checked(headers, opened, spent);
        recollection.answered(received, serving.allow(), reply);
        if (received.call().stream()) {
            return new Answer.Streamed(200, received.dialect().streamType(), headers,
                    Replay.frames(frames(received, opened, spent, sink.events(sound))));
        }
        byte[] body = received.dialect().whole(received.head(opened.candidate().id()), reply);
        recollection.retention().answered(received, body);
        return new Answer.Whole(200, Answers.JSON, headers, body);
    }

    private static String said(List<Repair> repairs) {
        return repairs.isEmpty()
                ? "valid"
                : "repaired=" + repairs.stream().map(Repair::word).collect(Collectors.joining("+"));
    }

    private List<byte[]> frames(Received received, Opened opened, Spent spent, List<ReplyEvent> events) {
        StreamWriter writer = recollection.retention().writing(received, received.dialect().stream(
                received.head(opened.candidate().id()), received.inquiry().request().includeUsage()));
        List<byte[]> frames = new ArrayList<>();
        for (ReplyEvent event : events) {
            byte[] frame = writer.frame(event);
            if (frame != null && frame.length > 0) {
                frames.add(frame);
            }
        }
        byte[] last = writer.end(spent.usage());
        if (last.length > 0) {
            frames.add(last);
        }
        return frames;
    }
}
