package dev.formulary.local;

import java.util.Locale;

/// How much of this machine's memory a model takes when it is loaded, in bytes, told from its file.
///
/// The weights are what lies in the file. The context is two numbers of two bytes, key and value, for each token, layer and
/// place of a head's vector. The buffers are an estimate: for each token that is decoded at once, one number of four bytes for
/// each word, and as many as the widest layer needs for the steps in between.
///
/// @param weights without what lies on a graphics card
/// @param context without what lies on a graphics card
record MemoryNeed(long weights, long context, long buffers) {
    /// What the process takes before a model is loaded.
    static final long PROCESS = 96L << 20;
    private static final int BYTES_OF_A_NUMBER = 4;
    private static final int BYTES_OF_A_HALF = 2;
    private static final int STEPS_BETWEEN = 6;

    /// @param tokens of context to reserve
    /// @param batch tokens that are decoded at once
    /// @param gpuLayers how many layers go onto a graphics card; negative for all
    static MemoryNeed of(ModelFile file, int tokens, int batch, int gpuLayers) {
        long layers = file.number("block_count", 1);
        long width = file.number("embedding_length", 1);
        long near = gpuLayers < 0 ? 0 : Math.max(0, layers - gpuLayers);
        long context = 0;
        for (int layer = 0; layer < near; layer++) {
            context += tokens * bytesOfAToken(file, layer, width);
        }
        long steps = STEPS_BETWEEN * width + 3 * file.number("feed_forward_length", 4 * width);
        long buffers = BYTES_OF_A_NUMBER * (long) batch * (file.words() + steps + tokens);
        long weights = gpuLayers == 0
                ? file.gguf().tensorBytes()
                : (long) (file.gguf().tensorBytes() * ((double) near / layers));
        return new MemoryNeed(weights, context, buffers);
    }

    private static long bytesOfAToken(ModelFile file, int layer, long width) {
        if (file.encodes()) {
            return 0;
        }
        long heads = Math.max(1, file.numberOf("attention.head_count", layer, 1));
        long keptHeads = file.numberOf("attention.head_count_kv", layer, heads);
        long key = file.number("attention.key_length", width / heads);
        long value = file.number("attention.value_length", width / heads);
        return keptHeads * (key + value) * BYTES_OF_A_HALF;
    }

    long total() {
        return weights + context + buffers + PROCESS;
    }

    /// In words.
    String told() {
        return megabytes(total()) + " (" + megabytes(weights) + " weights, " + megabytes(context) + " context, "
                + megabytes(buffers + PROCESS) + " work space)";
    }

    /// A number of bytes as people read it.
    static String megabytes(long bytes) {
        return bytes < 10_000_000_000L
                ? String.format(Locale.ROOT, "%d MB", Math.ceilDiv(bytes, 1_000_000))
                : String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }
}
