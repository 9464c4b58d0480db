/// The provider for Ollama, by its native interface: its OpenAI-shaped one ignores the size of the context.
@NullMarked
package dev.formulary.ollama;

import org.jspecify.annotations.NullMarked;
