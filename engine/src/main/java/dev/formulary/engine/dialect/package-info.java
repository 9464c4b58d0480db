/// Speaks the clients' formats, in both directions, streams included.
@NullMarked
package dev.formulary.engine.dialect;

import org.jspecify.annotations.NullMarked;
