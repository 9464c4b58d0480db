package dev.formulary.local.child;

import java.io.IOException;

/// Reads requests until there are no more. What must not wait for the model, it does itself; all else goes to the [Engine].
final class Session {
    private final Frames.Reader in;
    private final Frames.Writer out;
    private final Engine engine;

    Session(Frames.Reader in, Frames.Writer out, Engine engine) {
        this.in = in;
        this.out = out;
        this.engine = engine;
    }

    /// Returns when the other side has closed the pipe.
    ///
    /// @throws IOException when what comes is no request, or nobody takes the reports any more
    void serve() throws IOException {
        Thread worker = Thread.ofPlatform().daemon().name("model").start(engine::work);
        try {
            for (Request request = in.request(); request != null; request = in.request()) {
                switch (request) {
                    case Request.Cancel(int call) -> engine.cancel(call);
                    case Request.Ping(int call) -> out.write(new Report.Pong(call));
                    case Request.Load load -> engine.add(load.call(), load);
                    case Request.Chat chat -> engine.add(chat.call(), chat);
                    case Request.Embed embed -> engine.add(embed.call(), embed);
                    case Request.Unload unload -> engine.add(unload.call(), unload);
                }
            }
        } finally {
            worker.interrupt();
        }
    }
}
