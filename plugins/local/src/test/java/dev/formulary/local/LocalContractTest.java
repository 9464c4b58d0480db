package dev.formulary.local;

import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.testkit.ProviderContract;
import dev.formulary.testkit.TestContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// The contract, kept with the real library in real processes.
class LocalContractTest extends ProviderContract {
    @TempDir
    static Path folder;
    @TempDir
    static Path other;

    @BeforeAll
    static void writeModels() {
        Reciter.write(folder, "sentence", Reciter.sentence());
    }

    @Override
    protected Provider create(HttpTransport transport) throws ProviderException {
        // comes before the method above: without the library all of this is left out
        RealLibrary.files();
        return new LocalFactory().create(new TestContext("local",
                Map.of("folder", folder.toString(), "library", RealLibrary.FOLDER.toString()), transport));
    }

    @Override
    protected Provider createEndless(HttpTransport transport) throws ProviderException {
        Path file = Reciter.write(other, "sentence", Reciter.endless());
        return new LocalFactory().create(new TestContext("local", Map.of("files", List.of(file.toString()), "context",
                100_000, "library", RealLibrary.FOLDER.toString()), transport));
    }

    /// A process that says nothing.
    @Override
    protected Provider createSilent(HttpTransport transport) throws ProviderException {
        var settings = new LocalSettings(null, folder, List.of(), 512, 1, 0, Duration.ofMinutes(5));
        return new LocalProvider(settings, new Workshop(settings, new ProcessCommand(List.of("/bin/sleep", "600")),
                () -> Long.MAX_VALUE, System::nanoTime, (level, message, cause) -> {}));
    }

    @Override
    protected String model() {
        return "sentence";
    }

    @Override
    protected String embeddingModel() {
        return "sentence";
    }
}
