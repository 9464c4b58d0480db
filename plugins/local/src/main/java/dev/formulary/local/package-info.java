/// The provider for models in GGUF files on this machine, without any server: llama.cpp's library, each model in a process of
/// its own.
///
/// [LocalProvider] has a [Shelf] of [ModelFile]s and a [Seat] for each model that was asked; a seat lets callers take
/// [Turns], sees that there is a [ModelProcess] with the model in memory, and follows each [Exchange] with it.
@NullMarked
package dev.formulary.local;

import org.jspecify.annotations.NullMarked;
