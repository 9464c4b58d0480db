package dev.formulary.simulator;

import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderContext;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ProviderFactory;
import dev.formulary.spi.Setting;
import java.util.List;

/// Makes simulators. All settings are optional.
public final class SimulatorFactory implements ProviderFactory {
    @Override
    public String kind() {
        return "simulator";
    }

    @Override
    public List<Setting> settings() {
        return Behaviour.SETTINGS;
    }

    @Override
    public Provider create(ProviderContext context) throws ProviderException {
        return new Simulator(Behaviour.of(context.settings()));
    }
}
