/// What comes from elsewhere than the engine.
@NullMarked
package dev.formulary.outsider;

import org.jspecify.annotations.NullMarked;
