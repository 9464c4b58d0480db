/// Keeps the decisions that can be looked up, and writes them as documents.
@NullMarked
package dev.formulary.engine.store;

import org.jspecify.annotations.NullMarked;
