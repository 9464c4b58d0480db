/// Keeps the decisions: the latest in memory, all of them in a chained log, to be looked up, replayed and tried with other
/// rules; and writes them as documents.
@NullMarked
package dev.formulary.engine.store;

import org.jspecify.annotations.NullMarked;
