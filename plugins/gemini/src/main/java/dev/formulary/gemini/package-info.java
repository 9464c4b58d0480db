/// The provider for Google's Gemini models, by the native API `v1beta` (Gemini Developer API; Vertex AI is another service).
///
/// Sources: the API's reference as of autumn 2026, and traffic recorded from it.
@NullMarked
package dev.formulary.gemini;

import org.jspecify.annotations.NullMarked;
