/// Compiles rule sets, decides, explains. [dev.formulary.engine.decision.Policy] is the way in.
///
/// From text to decision: `RuleFolder` (what is there) → `RuleCompiler` (three gates around the compiler) →
/// `RuleSetBuilder` (assemble, check scenarios, warm up) → `RuleSet` (run rules on a draft) → `Verdict` (combine, rank).
@NullMarked
package dev.formulary.engine.decision;

import org.jspecify.annotations.NullMarked;
