package dev.formulary.spi;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A model that lies in memory now.
///
/// @param id the provider's own id of the model
/// @param bytes memory in use, or -1 when unknown
/// @param gpuBytes how much of it lies on a graphics card, or -1 when unknown
/// @param contextTokens the context that is reserved, or 0 when unknown
/// @param until when it will be unloaded, or null when nobody knows
public record LoadedModel(String id, long bytes, long gpuBytes, int contextTokens, @Nullable Instant until) {}
