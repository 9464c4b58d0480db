package dev.formulary.anthropic;

import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import dev.formulary.testkit.Answer;
import dev.formulary.testkit.TornResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Answers in the shapes that the vendor gives them, and what this plug-in hears in them.
final class Recorded {
    static final List<String> STREAMS = List.of("hello", "tools", "thinking", "interleaved", "omitted", "cache",
            "refusal",
            "silent-refusal", "pause", "overflow", "length", "answer", "overloaded", "twice", "cut");
    static final List<String> WHOLES = List.of("hello", "tools", "thinking", "interleaved", "refusal", "answer",
            "cache");
    /// The tool that is forced upon the model in the recordings called `answer`.
    static final String ANSWER_TOOL = "person";

    private Recorded() {}

    static byte[] stream(String name) {
        return bytes(name + ".sse");
    }

    static byte[] whole(String name) {
        return bytes(name + ".json");
    }

    private static byte[] bytes(String file) {
        try (InputStream in = Recorded.class.getResourceAsStream("recorded/" + file)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What led to no recording in particular.
    static Asked asked(boolean asItCame) {
        return new Asked(new byte[0], Set.of(), null, asItCame);
    }

    static ErrorBody errors() {
        return new ErrorBody(List.of(), InstantSource.system());
    }

    static ThoughtMemory memory() {
        return new ThoughtMemory(100, 1 << 20);
    }

    /// All events of a stream that the network has torn into those pieces.
    static List<ReplyEvent> heard(boolean asItCame, ThoughtMemory memory, byte[]... pieces) throws Exception {
        return all(new MessageFrames(new TornResponse(pieces), new byte[0], asked(asItCame), memory, errors()));
    }

    static List<ReplyEvent> heard(String name) throws Exception {
        return all(new MessageFrames(new TornResponse(stream(name)), new byte[0], asked(name), memory(), errors()));
    }

    /// What led to a recording.
    static Asked asked(String name) {
        return new Asked(new byte[0], Set.of(), name.equals("answer") ? ANSWER_TOOL : null, false);
    }

    /// All events of a whole answer.
    static List<ReplyEvent> heardWhole(boolean asItCame, byte[] body) throws Exception {
        return all(MessageAnswer.of(body, asked(asItCame), asItCame, memory(), errors()));
    }

    static List<ReplyEvent> heardWhole(String name) throws Exception {
        return all(MessageAnswer.of(whole(name), asked(name), false, memory(), errors()));
    }

    static List<ReplyEvent> all(ReplyStream stream) throws ProviderException, InterruptedException {
        return Answer.events(stream);
    }

    /// What it says in the end, however it was told: the same for whole answers and streams.
    record Summary(String text, String thinking, List<List<String>> calls, String refusal, List<String> signatures,
            ReplyEvent.Finish.@Nullable Reason finish, dev.formulary.spi.@Nullable Usage usage) {}

    static Summary summary(List<ReplyEvent> events) {
        var text = new StringBuilder();
        var thinking = new StringBuilder();
        var refusal = new StringBuilder();
        var calls = new ArrayList<List<String>>();
        var signatures = new ArrayList<String>();
        ReplyEvent.Finish.Reason finish = null;
        dev.formulary.spi.Usage usage = null;
        for (ReplyEvent event : events) {
            switch (event) {
                case ReplyEvent.Text(String more) -> text.append(more);
                case ReplyEvent.Thinking(String more) -> thinking.append(more);
                case ReplyEvent.Refusal(String more) -> refusal.append(more);
                case ReplyEvent.Signature(String value, int _) -> signatures.add(value);
                case ReplyEvent.Finish(ReplyEvent.Finish.Reason reason) -> finish = reason;
                case ReplyEvent.Accounting(dev.formulary.spi.Usage counted, long _) -> usage = counted;
                case ReplyEvent.ToolCall(int index, String id, String name, String arguments) -> {
                    if (index == calls.size()) {
                        calls.add(List.of(id, name, ""));
                    }
                    List<String> before = calls.get(index);
                    calls.set(index, List.of(before.get(0), before.get(1), before.get(2) + arguments));
                }
                default -> throw new AssertionError("not expected: " + event);
            }
        }
        return new Summary(text.toString(), thinking.toString(), calls, refusal.toString(), signatures, finish, usage);
    }
}
