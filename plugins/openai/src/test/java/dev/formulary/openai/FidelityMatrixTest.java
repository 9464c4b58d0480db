package dev.formulary.openai;

import dev.formulary.testkit.FidelityMatrix;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FidelityMatrixTest extends OpenAiCase {
    @Test
    void thePublishedTableSaysWhatBecomesOfEveryWish() throws Exception {
        new FidelityMatrix(Path.of("../FIDELITY.md")).assertColumn("openai", provider(), "gpt-test");
    }
}
