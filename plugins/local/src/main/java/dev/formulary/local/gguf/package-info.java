/// Reads the header of a GGUF file and makes sure that the file is whole, before any native code sees it.
///
/// The format: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>.
@NullMarked
package dev.formulary.local.gguf;

import org.jspecify.annotations.NullMarked;
