package dev.formulary.local;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What the models of a provider share.
///
/// @param memory bytes that can still be taken
/// @param clock as [System#nanoTime]
record Workshop(LocalSettings settings, ProcessCommand command, LongSupplier memory, LongSupplier clock, Log log) {
    /// The gateway's log.
    interface Log {
        void log(System.Logger.Level level, String message, @Nullable Throwable cause);
    }

    /// Tokens that are decoded at once. A model that only reads must read a text at once.
    private static final int BATCH = 512;
    private static final int ENCODER_BATCH = 2048;

    int context(ModelFile file) {
        return Math.min(settings.context(), file.trainedContext());
    }

    int batch(ModelFile file) {
        return Math.min(context(file), file.encodes() ? ENCODER_BATCH : BATCH);
    }

    MemoryNeed need(ModelFile file) {
        return MemoryNeed.of(file, context(file), batch(file), settings.gpuLayers());
    }

    long now() {
        return clock.getAsLong();
    }

    void warn(String message) {
        log.log(System.Logger.Level.WARNING, message, null);
    }

    void info(String message) {
        log.log(System.Logger.Level.INFO, message, null);
    }

    /// @return whether a time is for ever
    static boolean forEver(Duration keepAlive) {
        return keepAlive.isNegative();
    }
}
