package dev.formulary.local.child;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.BooleanSupplier;

/// The memory of a conversation, in which tokens are decoded.
@SuppressWarnings("restricted") // reads memory of the library
final class NativeContext implements AutoCloseable {
    private static final int ABORTED = 2;
    /// Of wide models on a processor, one multiplication with 512 tokens takes half a second, and in the middle of it the
    /// library does not ask whether to stop. Fewer at once cost hardly any time.
    private static final int STEP = 128;
    private static final MemoryLayout BATCH = MemoryLayout.structLayout(JAVA_INT, MemoryLayout.paddingLayout(4),
            ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);

    private final MemorySegment context;
    private final Arena arena;
    private final BooleanSupplier stopped;
    private final int tokens;
    private final int batch;
    private final int step;
    private final NativeCall decode;
    private final NativeCall batchOf;
    private final NativeCall memory;
    private final NativeCall clear;
    private final NativeCall embeddings;
    private final NativeCall free;

    private NativeContext(NativeLibrary library, MemorySegment context, Request.Load load, BooleanSupplier stopped) {
        this.context = context;
        this.stopped = stopped;
        this.arena = Arena.ofShared();
        this.batch = load.batch();
        this.step = load.gpuLayers() == 0 ? Math.min(STEP, batch) : batch;
        tokens = library.function("llama_n_ctx", JAVA_INT, ADDRESS).number(context);
        decode = library.function("llama_decode", JAVA_INT, ADDRESS, BATCH);
        batchOf = library.function("llama_batch_get_one", BATCH, ADDRESS, JAVA_INT);
        memory = library.function("llama_get_memory", ADDRESS, ADDRESS);
        clear = library.procedure("llama_memory_clear", ADDRESS, JAVA_BOOLEAN);
        embeddings = library.procedure("llama_set_embeddings", ADDRESS, JAVA_BOOLEAN);
        free = library.procedure("llama_free", ADDRESS);
        library.procedure("llama_set_n_threads", ADDRESS, JAVA_INT, JAVA_INT).run(context, load.threads(),
                load.threads());
        library.procedure("llama_set_abort_callback", ADDRESS, ADDRESS, ADDRESS).run(context, abortQuestion(),
                MemorySegment.NULL);
    }

    /// @param stopped asked often and from threads of the library
    static NativeContext of(NativeLibrary library, NativeModel model, Request.Load load, BooleanSupplier stopped)
            throws CannotDo {
        NativeLog.forget();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment parameters = library.function("llama_context_default_params", NativeLibrary.PARAMETERS)
                    .segment((SegmentAllocator) arena);
            // n_ctx, n_batch, n_ubatch, n_seq_max
            parameters.set(JAVA_INT, 0, load.context());
            parameters.set(JAVA_INT, 4, load.batch());
            parameters.set(JAVA_INT, 8, load.batch());
            parameters.set(JAVA_INT, 12, 1);
            MemorySegment context = library
                    .function("llama_init_from_model", ADDRESS, ADDRESS, NativeLibrary.PARAMETERS)
                    .segment(model.pointer(), parameters);
            if (context.address() == 0) {
                throw new CannotDo(Report.Reason.MODEL,
                        "the library can't make a context of " + load.context() + " tokens: " + NativeLog.firstError());
            }
            return new NativeContext(library, context, load, stopped);
        }
    }

    private MemorySegment abortQuestion() {
        try {
            return NativeLibrary.question(MethodHandles.lookup().bind(this, "abort",
                    MethodType.methodType(boolean.class, MemorySegment.class)), arena);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("there is no method to ask", e);
        }
    }

    @SuppressWarnings("unused") // called by the library
    private boolean abort(MemorySegment data) {
        return stopped.getAsBoolean();
    }

    MemorySegment pointer() {
        return context;
    }

    /// How many tokens it holds.
    int tokens() {
        return tokens;
    }

    /// How many tokens are decoded at once, at most.
    int batch() {
        return batch;
    }

    /// How many tokens of a long text are best decoded at once, so that it can be stopped soon.
    int step() {
        return step;
    }

    /// Forgets everything.
    void clear() {
        clear.run(memory.segment(context), false);
    }

    /// Whether vectors are wanted of what is decoded next.
    void embeddings(boolean wanted) {
        embeddings.run(context, wanted);
    }

    /// Decodes tokens after those before.
    ///
    /// @param all no more than [#batch] from `from` to `to`
    /// @return false when it was stopped
    boolean decode(int[] all, int from, int to) throws CannotDo {
        if (stopped.getAsBoolean()) {
            return false;
        }
        try (Arena own = Arena.ofConfined()) {
            MemorySegment part = own.allocate(JAVA_INT, to - from);
            MemorySegment.copy(all, from, part, JAVA_INT, 0, to - from);
            int result = decode.number(context, batchOf.segment((SegmentAllocator) own, part, to - from));
            if (result != 0 && result != ABORTED) {
                throw new CannotDo(Report.Reason.INTERNAL, "the library failed to decode with " + result);
            }
            return result == 0;
        }
    }

    /// @param pointer to the numbers, or NULL
    static float[] floats(MemorySegment pointer, int count) throws CannotDo {
        if (pointer.address() == 0) {
            throw new CannotDo(Report.Reason.REQUEST, "this model gives no vectors");
        }
        return pointer.reinterpret(4L * count).toArray(JAVA_FLOAT);
    }

    @Override
    public void close() {
        free.run(context);
        arena.close();
    }
}
