package dev.formulary.gemini;

import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderContext;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ProviderFactory;
import dev.formulary.spi.Setting;
import java.util.List;

/// Makes providers of the kind `gemini`. Settings: see [GeminiSettings].
public final class GeminiFactory implements ProviderFactory {
    @Override
    public String kind() {
        return Signatures.KIND;
    }

    @Override
    public List<Setting> settings() {
        return GeminiSettings.DECLARED;
    }

    @Override
    public Provider create(ProviderContext context) throws ProviderException {
        return new GeminiProvider(GeminiSettings.of(context.id(), context.settings()), context.http());
    }
}
