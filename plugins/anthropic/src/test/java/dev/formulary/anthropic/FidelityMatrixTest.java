package dev.formulary.anthropic;

import dev.formulary.testkit.FidelityMatrix;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FidelityMatrixTest extends MessagesCase {
    @Test
    void thePublishedTableSaysWhatBecomesOfEveryWish() throws Exception {
        vendor.always(MESSAGES, recordedWhole("hello"));

        new FidelityMatrix(Path.of("../FIDELITY.md")).assertColumn("anthropic", provider(), "claude-sonnet-4-5");
    }
}
