package dev.formulary.local.child;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/// Carries out requests one after the other, on one thread: a context decodes one thing at a time.
final class Engine {
    private static final int MOST_WAITING = 16;

    private record Job(int call, Request request) {}

    private final NativeLibrary library;
    private final Frames.Writer out;
    private final BlockingQueue<Job> jobs = new ArrayBlockingQueue<>(MOST_WAITING);
    private volatile int cancelled = Report.NO_CALL;
    private volatile int running = Report.NO_CALL;
    private @Nullable NativeModel model;
    private @Nullable NativeContext context;

    Engine(NativeLibrary library, Frames.Writer out) {
        this.library = library;
        this.out = out;
    }

    /// Ends the call as soon as it runs, or at once if it does.
    void cancel(int call) {
        cancelled = call;
    }

    /// Hands over a request. Thread-safe.
    void add(int call, Request request) throws IOException {
        if (!jobs.offer(new Job(call, request))) {
            out.write(new Report.Failed(call, Report.Reason.REQUEST,
                    "more than " + MOST_WAITING + " requests wait in the process"));
        }
    }

    /// Works until interrupted; then the model's memory is given back.
    void work() {
        try {
            while (true) {
                carryOut(jobs.take());
            }
        } catch (InterruptedException e) {
            // nobody asks any more
        } catch (IOException e) {
            // nobody hears any more, and the reader of requests will notice that
        } finally {
            unload();
        }
    }

    private void carryOut(Job job) throws IOException {
        running = job.call();
        try {
            switch (job.request()) {
                case Request.Load load -> out.write(load(load));
                case Request.Chat chat ->
                    out.write(new Answering(library, loadedModel(), loadedContext(), out, this::stopped).answer(chat));
                case Request.Embed embed -> out.write(embed(embed));
                case Request.Unload(int call) -> {
                    unload();
                    out.write(new Report.Finished(call, Report.Stop.END, 0));
                }
                case Request.Cancel _,Request.Ping _ -> throw new IllegalArgumentException("not a job");
            }
        } catch (CannotDo e) {
            out.write(new Report.Failed(job.call(), e.reason(), String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            out.write(new Report.Failed(job.call(), Report.Reason.INTERNAL, "the process failed with " + e));
        } finally {
            running = Report.NO_CALL;
        }
    }

    /// Whether what runs is not wanted any more. Also asked by the library, in the middle of its work.
    private boolean stopped() {
        int now = running;
        return now != Report.NO_CALL && now == cancelled;
    }

    private Report load(Request.Load load) throws CannotDo {
        unload();
        NativeModel next = NativeModel.load(library, load.path(), load.gpuLayers());
        model = next;
        try {
            context = NativeContext.of(library, next, load, this::stopped);
        } catch (CannotDo e) {
            unload();
            throw e;
        }
        return new Report.Loaded(load.call(), context.tokens(), next.dimensions(), next.knowsItsTemplate());
    }

    private Report embed(Request.Embed embed) throws CannotDo, IOException {
        NativeModel on = loadedModel();
        var embedding = new Embedding(library, on, loadedContext());
        List<String> texts = embed.texts();
        for (String text : texts) {
            int[] tokens = on.tokens(text, false);
            float[] vector = embedding.of(tokens);
            if (vector == null) {
                return new Report.Finished(embed.call(), Report.Stop.CANCELLED, 0);
            }
            out.write(new Report.Vector(embed.call(), tokens.length, vector));
        }
        return new Report.Finished(embed.call(), Report.Stop.END, 0);
    }

    private NativeModel loadedModel() throws CannotDo {
        if (model == null) {
            throw new CannotDo(Report.Reason.MODEL, "no model is loaded");
        }
        return model;
    }

    private NativeContext loadedContext() throws CannotDo {
        if (context == null) {
            throw new CannotDo(Report.Reason.MODEL, "no model is loaded");
        }
        return context;
    }

    private void unload() {
        if (context != null) {
            context.close();
            context = null;
        }
        if (model != null) {
            model.close();
            model = null;
        }
    }
}
