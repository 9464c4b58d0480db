package dev.formulary.engine.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.Settings.ProviderEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiscoveryTest {
    @TempDir
    Path home;
    private Settings preset;

    @BeforeEach
    void load() throws Exception {
        preset = Configuration.load(home, Map.of());
    }

    @Test
    void nothingIsFoundWhereNothingIs() {
        Discovery.Found found = look(Map.of("PATH", "/bin", "OPENAI_API_KEY", " "));

        assertThat(found.settings()).isEqualTo(preset);
        assertThat(found.lines()).isEmpty();
    }

    @Test
    void aVendorIsAddedWhenItsKeyIsThere() {
        Discovery.Found found = look(Map.of("OPENAI_API_KEY", "sk-1", "OPENAI_BASE_URL", "http://me:pw@gpu:8000/v1",
                "OPENROUTER_API_KEY", "or-1"));

        assertThat(found.settings().providers()).containsExactly(
                new ProviderEntry("openai", "openai",
                        Map.of("api-key", "sk-1", "base-url", "http://me:pw@gpu:8000/v1")),
                new ProviderEntry("openrouter", "openai",
                        Map.of("api-key", "or-1", "base-url", "https://openrouter.ai/api/v1")));
        assertThat(found.lines()).containsExactly(
                "openai: OPENAI_API_KEY is set, at http://****@gpu:8000/v1",
                "openrouter: OPENROUTER_API_KEY is set, at https://openrouter.ai/api/v1");
    }

    @Test
    void geminiIsAddedWhenItsKeyIsThere() {
        Discovery.Found found = look(Map.of("GEMINI_API_KEY", "g-1", "GEMINI_BASE_URL", "http://proxy:8000"));

        assertThat(found.settings().providers()).containsExactly(new ProviderEntry("gemini", "gemini",
                Map.of("api-key", "g-1", "base-url", "http://proxy:8000")));
        assertThat(found.lines()).containsExactly("gemini: GEMINI_API_KEY is set, at http://proxy:8000");
    }

    @Test
    void withoutABaseUrlThePlugInsOwnIsUsed() {
        Discovery.Found found = look(Map.of("OPENAI_API_KEY", "sk-1"));

        assertThat(found.settings().providers().getFirst().settings()).isEqualTo(Map.of("api-key", "sk-1"));
        assertThat(found.lines()).containsExactly("openai: OPENAI_API_KEY is set");
    }

    @Test
    void aVendorOfItsOwnKindIsAddedWhenItsKeyIsThere() {
        Discovery.Found found = look(Map.of("ANTHROPIC_API_KEY", "a-1", "ANTHROPIC_BASE_URL", "http://box:8080"));

        assertThat(found.settings().providers()).containsExactly(
                new ProviderEntry("anthropic", "anthropic", Map.of("api-key", "a-1", "base-url", "http://box:8080")));
        assertThat(found.lines()).containsExactly("anthropic: ANTHROPIC_API_KEY is set, at http://box:8080");
        assertThat(look(Map.of("ANTHROPIC_API_KEY", "a-1")).settings().providers()).containsExactly(
                new ProviderEntry("anthropic", "anthropic", Map.of("api-key", "a-1")));
    }

    @Test
    void anEntryOfTheFileWins() {
        Settings configured = preset.withProviders(List.of(new ProviderEntry("openai", "openai", Map.of()),
                new ProviderEntry("ollama", "ollama", Map.of())));

        Discovery.Found found = Discovery.look(configured, Map.of("OPENAI_API_KEY", "k", "OLLAMA_HOST", "h"),
                _ -> true);

        assertThat(found.settings()).isEqualTo(configured);
        assertThat(found.lines()).isEmpty();
    }

    @Test
    void aListeningOllamaIsAdded() {
        Discovery.Found found = Discovery.look(preset, Map.of(), address -> address.getPort() == 11434);

        assertThat(found.settings().providers()).containsExactly(
                new ProviderEntry("ollama", "ollama", Map.of("base-url", "http://127.0.0.1:11434")));
        assertThat(found.lines()).containsExactly("ollama: a server listens at http://127.0.0.1:11434");
    }

    @ParameterizedTest
    @CsvSource({"gpu,http://gpu:11434", "gpu:1234,http://gpu:1234", "0.0.0.0,http://127.0.0.1:11434",
            "https://gpu,https://gpu:443", "http://gpu:1/,http://gpu:1", "a b,http://a b"})
    void ollamasOwnVariableIsRead(String variable, String url) {
        Discovery.Found found = look(Map.of("OLLAMA_HOST", variable));

        assertThat(found.settings().providers().getFirst().settings()).isEqualTo(Map.of("base-url", url));
    }

    @Test
    void itCanBeSwitchedOff() throws Exception {
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve(Configuration.FILE), "discover: false");
        Settings configured = Configuration.load(home, Map.of());

        assertThat(Discovery.look(configured, Map.of("OPENAI_API_KEY", "k")).settings()).isEqualTo(configured);
    }

    private Discovery.Found look(Map<String, String> env) {
        return Discovery.look(preset, env, _ -> false);
    }
}
