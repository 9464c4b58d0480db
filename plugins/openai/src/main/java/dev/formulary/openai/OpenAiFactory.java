package dev.formulary.openai;

import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderContext;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ProviderFactory;
import dev.formulary.spi.Setting;
import java.util.List;

/// Makes providers of the kind `openai`. Settings: see [OpenAiSettings].
public final class OpenAiFactory implements ProviderFactory {
    @Override
    public String kind() {
        return "openai";
    }

    @Override
    public List<Setting> settings() {
        return Declared.ALL;
    }

    @Override
    public Provider create(ProviderContext context) throws ProviderException {
        return new OpenAiProvider(OpenAiSettings.of(context.id(), context.settings()), context, System::nanoTime);
    }
}
