/// Reads the one configuration file into records, with all complaints at once.
@NullMarked
package dev.formulary.engine.config;

import org.jspecify.annotations.NullMarked;
