/// Decides who may call and whose turn it is, and holds back money before it is spent.
@NullMarked
package dev.formulary.engine.admission;

import org.jspecify.annotations.NullMarked;
