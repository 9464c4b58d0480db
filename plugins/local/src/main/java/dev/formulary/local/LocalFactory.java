package dev.formulary.local;

import dev.formulary.local.child.LibraryFiles;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderContext;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ProviderFactory;
import dev.formulary.spi.Setting;
import java.util.List;

/// Makes providers of the kind `local`. Settings: see [LocalSettings].
public final class LocalFactory implements ProviderFactory {
    @Override
    public String kind() {
        return "local";
    }

    @Override
    public List<Setting> settings() {
        return LocalSettings.ALL;
    }

    @Override
    public Provider create(ProviderContext context) throws ProviderException {
        LocalSettings settings = LocalSettings.of(context.id(), context.settings(),
                Runtime.getRuntime().availableProcessors());
        LibraryFiles library = LibrarySearch.ofThisSystem().find(context.id(), settings.library());
        return new LocalProvider(settings, new Workshop(settings, ProcessCommand.here(library),
                new HostMemory()::available, System::nanoTime, context::log));
    }
}
