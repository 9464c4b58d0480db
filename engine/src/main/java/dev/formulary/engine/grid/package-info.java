/// Keeps what nodes share: the response cache.
@NullMarked
package dev.formulary.engine.grid;

import org.jspecify.annotations.NullMarked;
