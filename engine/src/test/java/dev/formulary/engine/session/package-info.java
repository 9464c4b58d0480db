@NullMarked
package dev.formulary.engine.session;

import org.jspecify.annotations.NullMarked;
