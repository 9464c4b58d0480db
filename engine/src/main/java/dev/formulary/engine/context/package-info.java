/// Turns what the caller declared and what the content shows into a Context.
@NullMarked
package dev.formulary.engine.context;

import org.jspecify.annotations.NullMarked;
