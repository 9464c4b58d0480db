@NullMarked
package dev.formulary.engine.keys;

import org.jspecify.annotations.NullMarked;
