/// The provider for OpenAI and every server that speaks its format.
@NullMarked
package dev.formulary.openai;

import org.jspecify.annotations.NullMarked;
