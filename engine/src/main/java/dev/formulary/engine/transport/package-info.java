/// Moves bytes: the HTTP servers, the HTTP client for plug-ins, the event loops under both, and every thread.
@NullMarked
package dev.formulary.engine.transport;

import org.jspecify.annotations.NullMarked;
