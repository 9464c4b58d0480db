@NullMarked
package dev.formulary.rules;

import org.jspecify.annotations.NullMarked;
