/// Knows how the models and the machine do: percentiles, error shares, calls under way, load.
@NullMarked
package dev.formulary.engine.vitals;

import org.jspecify.annotations.NullMarked;
