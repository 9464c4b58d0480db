package dev.formulary.anthropic;

import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderContext;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ProviderFactory;
import dev.formulary.spi.Setting;
import java.util.List;

/// Makes providers of the kind `anthropic`. Settings: see [AnthropicSettings].
public final class AnthropicFactory implements ProviderFactory {
    @Override
    public String kind() {
        return "anthropic";
    }

    @Override
    public List<Setting> settings() {
        return AnthropicSettings.DECLARED;
    }

    @Override
    public Provider create(ProviderContext context) throws ProviderException {
        return new AnthropicProvider(AnthropicSettings.of(context.id(), context.settings()), context.http());
    }
}
