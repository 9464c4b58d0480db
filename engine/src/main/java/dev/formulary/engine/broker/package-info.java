/// The broker within the gateway: what the engine and the JARs that bring one have to say to each other, and how these are
/// loaded. Nothing of a broker is on the engine's own class path.
@NullMarked
package dev.formulary.engine.broker;

import org.jspecify.annotations.NullMarked;
