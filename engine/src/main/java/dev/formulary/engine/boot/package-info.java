/// Starts everything in order by plain constructor calls and stops it in reverse; the command line.
@NullMarked
package dev.formulary.engine.boot;

import org.jspecify.annotations.NullMarked;
