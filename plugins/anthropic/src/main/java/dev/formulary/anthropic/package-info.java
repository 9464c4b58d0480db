/// The provider for the Messages API and every server that speaks it.
@NullMarked
package dev.formulary.anthropic;

import org.jspecify.annotations.NullMarked;
