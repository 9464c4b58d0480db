/// Runs the Camel routes and composes the stages of a call.
@NullMarked
package dev.formulary.engine.route;

import org.jspecify.annotations.NullMarked;
