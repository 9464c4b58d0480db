package dev.formulary.openai;

import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderContext;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ProviderFactory;

/// Makes providers of the kind `openai`. Settings: see [OpenAiSettings].
public final class OpenAiFactory implements ProviderFactory {
    @Override
    public String kind() {
        return "openai";
    }

    @Override
    public Provider create(ProviderContext context) throws ProviderException {
        return new OpenAiProvider(OpenAiSettings.of(context.id(), context.settings()), context.http());
    }
}
