package dev.formulary.engine.store;

import dev.formulary.spi.ClassPrices;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.PriceStep;

/// All prices of a model.
///
/// @param input micro-dollars for a million plain tokens of a prompt, -1 when unknown
/// @param output the same for an answer
record PriceList(long input, long output, ClassPrices classes) {
    PriceList(ModelCard card) {
        this(card.inputPrice(), card.outputPrice(), card.classPrices());
    }

    /// The prices that hold above so many tokens of a prompt.
    PriceRow row(int above) {
        for (PriceStep step : classes.steps()) {
            if (above > 0 && step.above() == above) {
                return new PriceRow(step.input(), step.output(), step.cachedInput(), step.cacheWrite(),
                        step.longCacheWrite(), classes.image(),
                        classes.audioInput(), classes.audioOutput(), above, classes.source(), classes.asOf());
            }
        }
        return new PriceRow(input, output, classes.cachedInput(), classes.cacheWrite(), classes.longCacheWrite(),
                classes.image(),
                classes.audioInput(), classes.audioOutput(), 0, classes.source(), classes.asOf());
    }
}
