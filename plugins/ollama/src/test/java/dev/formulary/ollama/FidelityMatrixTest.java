package dev.formulary.ollama;

import dev.formulary.testkit.FidelityMatrix;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FidelityMatrixTest extends OllamaCase {
    @Test
    void thePublishedTableSaysWhatBecomesOfEveryWish() throws Exception {
        new FidelityMatrix(Path.of("../FIDELITY.md")).assertColumn("ollama", provider(), "llama-test:latest");
    }
}
