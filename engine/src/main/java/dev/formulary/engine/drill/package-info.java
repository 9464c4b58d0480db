/// Failure drills: what users would see if providers failed, tried with simulated ones beside the gateway that serves.
@NullMarked
package dev.formulary.engine.drill;

import org.jspecify.annotations.NullMarked;
