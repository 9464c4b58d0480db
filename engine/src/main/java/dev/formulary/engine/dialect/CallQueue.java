package dev.formulary.engine.dialect;

import dev.formulary.spi.ReplyEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Brings calls of tools, whose pieces may come in any order, into an order in which each begins when the one before has
/// ended. The first one goes out piece by piece; those behind it wait until its arguments are complete. One that comes
/// complete waits for what follows, for that may be its signature. Not thread-safe.
final class CallQueue {
    /// Where they go.
    interface Blocks {
        void begin(String id, String name, @Nullable String signature);

        void arguments(String json);

        void end();
    }

    private static final class Call {
        final int index;
        final String id;
        final String name;
        final StringBuilder unsent = new StringBuilder();
        final JsonEnd json = new JsonEnd();
        @Nullable
        String signature;
        boolean begun;
        boolean empty = true;

        Call(int index, String id, String name) {
            this.index = index;
            this.id = id;
            this.name = name;
        }

        void add(String arguments) {
            unsent.append(arguments);
            json.add(arguments);
            empty &= arguments.isEmpty();
        }
    }

    private final Blocks blocks;
    private final Deque<Call> calls = new ArrayDeque<>();

    CallQueue(Blocks blocks) {
        this.blocks = blocks;
    }

    /// Takes a piece; one that belongs to no call is left out.
    void add(ReplyEvent.ToolCall piece, String id) {
        String name = piece.name();
        if (name != null) {
            calls.addLast(new Call(piece.index(), id, name));
        }
        Call call = latest(piece.index());
        if (call != null) {
            call.add(piece.arguments());
            send();
        }
    }

    void sign(int index, String signature) {
        Call call = latest(index);
        if (call != null) {
            call.signature = signature;
            send();
        }
    }

    private @Nullable Call latest(int index) {
        for (Call call : (Iterable<Call>) calls::descendingIterator) {
            if (call.index == index) {
                return call;
            }
        }
        return null;
    }

    private void send() {
        while (!calls.isEmpty()) {
            Call first = calls.getFirst();
            boolean complete = first.json.complete();
            boolean last = calls.size() == 1;
            if (last && complete && !first.begun && first.signature == null) {
                return;
            }
            pass(first);
            if (last || !complete) {
                return;
            }
            end(first);
        }
    }

    private void pass(Call call) {
        if (!call.begun) {
            call.begun = true;
            blocks.begin(call.id, call.name, call.signature);
        }
        if (!call.unsent.isEmpty()) {
            blocks.arguments(call.unsent.toString());
            call.unsent.setLength(0);
        }
    }

    /// Clients parse the arguments, and nothing is not JSON.
    private void end(Call call) {
        if (call.empty) {
            blocks.arguments("{}");
        }
        blocks.end();
        calls.remove(call);
    }

    /// No more of them comes.
    void flush() {
        while (!calls.isEmpty()) {
            Call first = calls.getFirst();
            pass(first);
            end(first);
        }
    }
}
