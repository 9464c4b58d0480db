/// Writes small files so that nobody ever finds half of one.
@NullMarked
package dev.formulary.engine.disk;

import org.jspecify.annotations.NullMarked;
