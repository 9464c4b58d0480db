package dev.formulary.local.child;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import org.jspecify.annotations.Nullable;

/// Turns tokens into one vector of length 1: pooled as the model's file says, otherwise the mean over all tokens.
final class Embedding {
    private static final int NOT_POOLED = 0;
    private static final int RANKING = 4;
    /// Each token's vector is kept with the likelihood of each word of the vocabulary, which takes much memory.
    private static final int TOKENS_AT_ONCE = 64;

    private final NativeModel model;
    private final NativeContext context;
    private final NativeCall ofToken;
    private final NativeCall ofSequence;
    private final int pooling;

    Embedding(NativeLibrary library, NativeModel model, NativeContext context) throws CannotDo {
        this.model = model;
        this.context = context;
        ofToken = library.function("llama_get_embeddings_ith", ADDRESS, ADDRESS, JAVA_INT);
        ofSequence = library.function("llama_get_embeddings_seq", ADDRESS, ADDRESS, JAVA_INT);
        pooling = library.function("llama_pooling_type", JAVA_INT, ADDRESS).number(context.pointer());
        if (pooling == RANKING) {
            throw new CannotDo(Report.Reason.REQUEST, "this model ranks texts and gives no vectors");
        }
    }

    /// @return null when it was stopped
    float @Nullable [] of(int[] tokens) throws CannotDo {
        int most = pooling == NOT_POOLED ? context.tokens() : Math.min(context.batch(), context.tokens());
        if (tokens.length > most) {
            throw new CannotDo(Report.Reason.CONTEXT,
                    "a text has " + tokens.length + " tokens, and the model takes " + most);
        }
        context.clear();
        context.embeddings(true);
        try {
            float[] vector = pooling == NOT_POOLED ? mean(tokens) : pooled(tokens);
            return vector == null ? null : normalized(vector);
        } finally {
            context.embeddings(false);
        }
    }

    private float @Nullable [] pooled(int[] tokens) throws CannotDo {
        return context.decode(tokens, 0, tokens.length)
                ? NativeContext.floats(ofSequence.segment(context.pointer(), 0), model.dimensions())
                : null;
    }

    private float @Nullable [] mean(int[] tokens) throws CannotDo {
        float[] sum = new float[model.dimensions()];
        int step = Math.min(TOKENS_AT_ONCE, context.batch());
        for (int from = 0; from < tokens.length; from += step) {
            int to = Math.min(tokens.length, from + step);
            if (!context.decode(tokens, from, to)) {
                return null;
            }
            for (int i = 0; i < to - from; i++) {
                float[] each = NativeContext.floats(ofToken.segment(context.pointer(), i), sum.length);
                for (int j = 0; j < sum.length; j++) {
                    sum[j] += each[j];
                }
            }
        }
        return sum;
    }

    /// A vector of zeros stays one.
    private static float[] normalized(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        double length = Math.sqrt(squares);
        for (int i = 0; length > 0 && i < vector.length; i++) {
            vector[i] = (float) (vector[i] / length);
        }
        return vector;
    }
}
