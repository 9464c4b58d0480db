/// Decides who may call, and holds back money before it is spent.
@NullMarked
package dev.formulary.engine.admission;

import org.jspecify.annotations.NullMarked;
