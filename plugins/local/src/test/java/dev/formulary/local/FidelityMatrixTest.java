package dev.formulary.local;

import dev.formulary.testkit.FidelityMatrix;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// With the real library.
@Timeout(300)
class FidelityMatrixTest {
    @Test
    void thePublishedTableSaysWhatBecomesOfEveryWish(@TempDir Path folder) throws Exception {
        Reciter.write(folder, "sentence", Reciter.sentence());
        try (LocalProvider provider = new LocalCase(folder).provider()) {
            new FidelityMatrix(Path.of("../FIDELITY.md")).assertColumn("local", provider, "sentence");
        }
    }
}
