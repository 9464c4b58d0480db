package dev.formulary.anthropic;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import dev.formulary.wire.ServerEvents;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An answer while it comes, as server-sent events. It has ended when `message_stop` has come, and not before.
final class MessageFrames implements ReplyStream {
    /// More than the longest answer; what is longer has no end.
    private static final int LONGEST_FRAME = 32 * 1024 * 1024;
    private static final Set<String> KNOWN = Set.of("message_start", "content_block_start", "content_block_delta",
            "content_block_stop", "message_delta", "message_stop", "error");

    private final Response response;
    private final ServerEvents source;
    private final boolean asItCame;
    private final ErrorBody errors;
    private final Speech speech;
    private final Queue<ReplyEvent> ready;
    private boolean over;

    /// @param begun what has been read of the body
    MessageFrames(Response response, byte[] begun, Asked asked, ThoughtMemory memory, ErrorBody errors) {
        this.response = response;
        this.source = new ServerEvents(response, begun, LONGEST_FRAME);
        this.asItCame = asked.asItCame();
        this.errors = errors;
        this.speech = new Speech(asked.answerTool(), memory);
        this.ready = new ArrayDeque<>(asked.told());
    }

    @Override
    public @Nullable ReplyEvent next() throws ProviderException, InterruptedException {
        while (true) {
            ReplyEvent event = ready.poll();
            if (event != null || over) {
                return event;
            }
            take(source.next());
        }
    }

    private void take(ServerEvents.@Nullable Event event) throws ProviderException {
        if (event == null) {
            over = true;
            throw new ProviderException(FailureCategory.CUT, "the stream ended before the answer was complete");
        }
        boolean unknown = !event.name().isEmpty() && !KNOWN.contains(event.name());
        if (unknown && (!asItCame || !isObject(event.data()))) {
            return;
        }
        Frame frame = Frame.of(event.data());
        if (event.name().equals("error") || frame.type().equals("error")) {
            over = true;
            throw errors.insteadOfAnAnswer(frame.root());
        }
        hear(frame);
        List<ReplyEvent> meaning = speech.take();
        if (asItCame) {
            ready.add(new ReplyEvent.Native(frame.body(), meaning));
        } else {
            ready.addAll(meaning);
        }
    }

    private static boolean isObject(byte[] data) {
        try {
            Frame.of(data);
            return true;
        } catch (ProviderException e) {
            return false;
        }
    }

    private void hear(Frame frame) throws ProviderException {
        var root = frame.root();
        int index = root.path("index").asInt(0);
        switch (frame.type()) {
            case "message_start" -> speech.usage(root.path("message").path("usage"));
            case "content_block_start" -> speech.begin(index, root.path("content_block"));
            case "content_block_delta" -> speech.add(index, root.path("delta"));
            case "content_block_stop" -> speech.end(index);
            case "message_delta" -> {
                speech.stop(root.path("delta"));
                speech.usage(root.path("usage"));
            }
            case "message_stop" -> {
                over = true;
                speech.finish();
            }
            default -> {
                // ping, or what the format may have one day
            }
        }
    }

    @Override
    public void close() {
        response.close();
    }
}
