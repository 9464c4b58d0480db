package dev.formulary.engine.admission;

import java.math.BigDecimal;
import java.math.RoundingMode;

/// Money as people read it.
final class Dollars {
    private static final int CENTS = 2;

    private Dollars() {}

    /// Exactly, with two decimals or as many more as it takes.
    ///
    /// @param micros micro-dollars
    static String of(long micros) {
        BigDecimal exact = BigDecimal.valueOf(micros, 6).stripTrailingZeros();
        return exact.scale() < CENTS
                ? exact.setScale(CENTS, RoundingMode.UNNECESSARY).toPlainString()
                : exact.toPlainString();
    }
}
