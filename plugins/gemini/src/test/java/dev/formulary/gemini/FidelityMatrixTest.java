package dev.formulary.gemini;

import dev.formulary.testkit.FidelityMatrix;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FidelityMatrixTest extends GeminiCase {
    @Test
    void thePublishedTableSaysWhatBecomesOfEveryWish() throws Exception {
        new FidelityMatrix(Path.of("../FIDELITY.md")).assertColumn("gemini", provider(), MODEL);
    }
}
