/// How safe a model's answers are: what a safe answer says, found by patterns of words, and how sure the share of them is.
@NullMarked
package dev.formulary.engine.grade;

import org.jspecify.annotations.NullMarked;
