package dev.formulary.ollama;

import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderContext;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ProviderFactory;
import dev.formulary.spi.Setting;
import java.util.List;

/// Makes providers of the kind `ollama`. Settings: see [OllamaSettings].
public final class OllamaFactory implements ProviderFactory {
    @Override
    public String kind() {
        return "ollama";
    }

    @Override
    public List<Setting> settings() {
        return OllamaSettings.DECLARED;
    }

    @Override
    public Provider create(ProviderContext context) throws ProviderException {
        return new OllamaProvider(OllamaSettings.of(context.id(), context.settings()), context.http());
    }
}
