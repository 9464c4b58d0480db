package dev.formulary.anthropic;

import dev.formulary.testkit.SettingsGuide;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SettingsGuideTest {
    @Test
    void theGuideSaysWhatCanBeSet() throws Exception {
        SettingsGuide.assertTold(Path.of("../SETTINGS.md"), new AnthropicFactory());
    }
}
