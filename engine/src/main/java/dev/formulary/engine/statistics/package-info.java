/// What numbers over time say: what is usual, what is not, where it goes, since when, and which of two things is better.
@NullMarked
package dev.formulary.engine.statistics;

import org.jspecify.annotations.NullMarked;
