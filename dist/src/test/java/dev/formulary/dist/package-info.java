/// Tests of what is shipped: the default configuration, the launcher, and the real process.
@NullMarked
package dev.formulary.dist;

import org.jspecify.annotations.NullMarked;
