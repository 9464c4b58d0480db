/// Carries a plan out: breakers, failover, streams, and what came of each attempt.
@NullMarked
package dev.formulary.engine.dispatch;

import org.jspecify.annotations.NullMarked;
