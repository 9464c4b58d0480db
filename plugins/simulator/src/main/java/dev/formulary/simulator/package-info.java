/// A provider that behaves like a real one and says plainly that it is none: for a first try, for load, for drills.
///
/// [dev.formulary.simulator.SimulatorFactory] reads the settings into a [dev.formulary.simulator.Behaviour];
/// [dev.formulary.simulator.Simulator] writes an answer and gives it out at the configured pace.
@NullMarked
package dev.formulary.simulator;

import org.jspecify.annotations.NullMarked;
