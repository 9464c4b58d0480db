/// Keeps what rules want somebody to know, from the first notice until it is over.
@NullMarked
package dev.formulary.engine.alert;

import org.jspecify.annotations.NullMarked;
