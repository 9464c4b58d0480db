/// Continuity: which model answers a session, and what is remembered of it.
@NullMarked
package dev.formulary.engine.session;

import org.jspecify.annotations.NullMarked;
