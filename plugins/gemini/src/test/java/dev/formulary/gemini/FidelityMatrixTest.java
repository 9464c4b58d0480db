package dev.formulary.gemini;

import dev.formulary.spi.Provider;
import dev.formulary.testkit.FidelityMatrix;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FidelityMatrixTest extends GeminiCase {
    @Test
    void thePublishedTableSaysWhatBecomesOfEveryWish() throws Exception {
        var tape = new Tape(200, recorded("text").frames().toString().getBytes(StandardCharsets.UTF_8));
        // a tape has a picture, and no name server is asked for its address
        Provider provider = provider(tape, Map.of("base-url", "http://vendor.test", "fetch", "anywhere"));

        new FidelityMatrix(Path.of("../FIDELITY.md")).assertColumn("gemini", provider, MODEL);
    }
}
