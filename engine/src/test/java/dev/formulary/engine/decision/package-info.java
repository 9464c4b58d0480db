@NullMarked
package dev.formulary.engine.decision;

import org.jspecify.annotations.NullMarked;
