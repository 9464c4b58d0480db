package dev.formulary.engine.provider;

import static dev.formulary.engine.provider.PluginFolder.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.config.Settings.ProviderEntry;
import dev.formulary.engine.provider.PluginStatus.ProviderStatus;
import dev.formulary.engine.provider.PluginStatus.State;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ClassPrices;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.PriceStep;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ModelsTest {
    /// Lists what a system property says, so that a test can change it while the plug-in runs.
    private static final String LISTED = """
        String listed = System.getProperty("formulary.test.models", "parrot");
        if (listed.equals("hang")) new CountDownLatch(1).await();
        if (listed.equals("fail")) throw new ProviderException(FailureCategory.CONNECT, "no connection to the server");
        if (!listed.equals("parrot")) return Arrays.stream(listed.split(",")).map(ModelCard::of).toList();
        """;

    @TempDir
    Path home = Path.of("");

    @Test
    void theListIsRenewedAndKeptWhenAskingFails() throws Exception {
        try (var folder = new PluginFolder(home); var models = new Listed("a,b")) {
            folder.put(new PluginBuilder("1").edit("/* models */", LISTED));
            assertThat(ids(folder, "echo")).containsExactly("a", "b");

            models.now("a,b,c");
            folder.providers.refreshModels();
            await().untilAsserted(() -> assertThat(ids(folder, "echo")).containsExactly("a", "b", "c"));

            models.now("fail");
            refreshUntilErrorIs(folder, "no connection to the server");
            models.now("hang");
            refreshUntilErrorIs(folder, "listing the models took longer than 1000 ms");
            models.now("a,a");
            refreshUntilErrorIs(folder, "it lists the model 'a' twice");
            assertThat(ids(folder, "echo")).containsExactly("a", "b", "c");
        }
    }

    private static void refreshUntilErrorIs(PluginFolder folder, String error) {
        await().untilAsserted(() -> {
            folder.providers.refreshModels();
            assertThat(folder.only(State.SERVING).providers()).extracting(ProviderStatus::lastError)
                    .containsExactly(error);
        });
    }

    @Test
    void aProviderThatCannotListServesWithoutModelsUntilItCan() throws Exception {
        try (var folder = new PluginFolder(home); var models = new Listed("fail")) {
            folder.put(new PluginBuilder("1").edit("/* models */", LISTED));

            assertThat(folder.providers.cards()).containsEntry("echo", List.of());
            assertThat(folder.only(State.SERVING).providers())
                    .containsExactly(new ProviderStatus("echo", "echo", 0, "no connection to the server"));

            models.now("a");
            folder.providers.refreshModels();
            await().untilAsserted(() -> assertThat(ids(folder, "echo")).containsExactly("a"));
        }
    }

    @Test
    void aNewVersionThatCannotListTakesOverTheList() throws Exception {
        try (var folder = new PluginFolder(home); var models = new Listed("a,b")) {
            folder.put(new PluginBuilder("1").edit("/* models */", LISTED));
            models.now("fail");

            folder.put(new PluginBuilder("2").edit("/* models */", LISTED));

            assertThat(ids(folder, "echo")).containsExactly("a", "b");
            assertThat(folder.ask("echo")).isEqualTo("2 own");
        }
    }

    @Test
    void theConfigurationOverridesAndAddsCards() throws Exception {
        Map<String, Object> parrot = Map.of("id", "parrot", "labels", List.of("crisis"), "context-tokens", 4096,
                "input-price", "2.50", "output-price", 10, "quality", 7.5, "safety", 9, "local", true, "capabilities",
                List.of("chat", "VISION"));
        parrot = new HashMap<>(parrot);
        parrot.put("vectors", "bge-m3");
        ProviderEntry entry = entry("echo", "echo", Map.of("models", List.of(parrot, "added")));
        try (var folder = new PluginFolder(home, entry)) {
            folder.put(new PluginBuilder("1"));

            List<ModelCard> cards = folder.providers.cards().get("echo");
            assertThat(cards).first().satisfies(card -> {
                assertThat(card.labels()).containsExactly("crisis");
                assertThat(card.capabilities()).containsExactlyInAnyOrder(Capability.CHAT, Capability.VISION);
                assertThat(card.contextTokens()).isEqualTo(4096);
                assertThat(card.inputPrice()).isEqualTo(2_500_000);
                assertThat(card.outputPrice()).isEqualTo(10_000_000);
                assertThat(card.quality()).isEqualTo(7.5);
                assertThat(card.safety()).isEqualTo(9);
                assertThat(card.local()).isTrue();
                assertThat(card.attributes()).containsEntry("vectors", "bge-m3");
            });
            assertThat(cards).last().isEqualTo(ModelCard.of("added"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        safety         | high  | 'safety' must be a number from 0 to 10, not 'high'
        quality        | 11    | 'quality' must be a number from 0 to 10, not '11'
        input-price    | -1    | 'input-price' must be a number from 0 to 1000000, not '-1'
        local          | maybe | 'local' must be true or false, not 'maybe'
        labels         | x     | 'labels' must be a list, not 'x'
        context-tokens | many  | 'context-tokens' must be a number from 0 to 2147483647, not 'many'
        speed          | 1     | there is no 'speed'; there are audio-input-price,
        """)
    void aWrongOverrideIsNamedWithWhatWouldBeRight(String key, String value, String message) {
        assertThatThrownBy(() -> CardOverrides.of(Map.of("models", List.of(Map.of("id", "m", key, value)))))
                .isInstanceOf(Refusal.class).hasMessageStartingWith("in 'models', 'm': " + message);
    }

    private static List<PriceStep> steps(Map<String, Object> override) throws Refusal {
        var known = new ModelCard("m", Set.of(), 0, 1, 2, false, Set.of(), -1, -1, Map.of(),
                new ClassPrices(-1, -1, -1, -1, -1, "", "", List.of(new PriceStep(7, 8, 9, -1, -1))));
        var entry = new HashMap<>(override);
        entry.put("id", "m");
        return CardOverrides.of(Map.of("models", List.of(entry))).apply(List.of(known)).getFirst().classPrices()
                .steps();
    }

    @Test
    void whatIsKeptInTheCacheLongerHasAPriceOfItsOwn() throws Exception {
        assertThat(CardOverrides.of(Map.of("models", List.of(Map.of("id", "m", "long-cache-write-price", "0.5"))))
                .apply(List.of()).getFirst().classPrices())
                .isEqualTo(new ClassPrices(-1, -1, 500_000, -1, -1, -1, "", "", List.of()));
    }

    private static ClassPrices classes(String key, Object value) throws Refusal {
        var known = new ModelCard("m", Set.of(), 0, 1, 2, false, Set.of(), -1, -1, Map.of(),
                new ClassPrices(3, 4, 5, 6, 7, 8, "list", "2026-07-24", List.of()));
        return CardOverrides.of(Map.of("models", List.of(Map.of("id", "m", key, value)))).apply(List.of(known))
                .getFirst().classPrices();
    }

    @Test
    void whoNamesAPriceOfItsOwnHasNoneOfTheVendorsForClasses() throws Exception {
        assertThat(classes("quality", 5)).isEqualTo(new ClassPrices(3, 4, 5, 6, 7, 8, "list", "2026-07-24", List.of()));
        for (String price : List.of("input-price", "output-price")) {
            assertThat(classes(price, 0))
                    .isEqualTo(new ClassPrices(-1, -1, -1, -1, -1, -1, "list", "2026-07-24", List.of()));
        }
        assertThat(classes("cache-write-price", 6))
                .isEqualTo(new ClassPrices(3, 6_000_000, -1, 6, 7, 8, "list", "2026-07-24", List.of()));
        assertThat(classes("long-cache-write-price", 6))
                .isEqualTo(new ClassPrices(3, 4, 6_000_000, 6, 7, 8, "list", "2026-07-24", List.of()));
    }

    @Test
    void whoNamesAPriceOfItsOwnNamesThatOfLongPromptsToo() throws Exception {
        assertThat(steps(Map.of("quality", 5))).containsExactly(new PriceStep(7, 8, 9, -1, -1));
        assertThat(steps(Map.of("input-price", 0))).isEmpty();
        var step = Map.of("above", 200_000, "input-price", "2.50", "output-price", 15, "cached-input-price", 0.25);
        assertThat(steps(Map.of("price-steps", List.of(step))))
                .containsExactly(new PriceStep(200_000, 2_500_000, 15_000_000, 250_000, -1));
        assertThat(steps(Map.of("price-steps",
                List.of(Map.of("above", 9, "input-price", 1, "output-price", 2, "long-cache-write-price", 2)))))
                .containsExactly(new PriceStep(9, 1_000_000, 2_000_000, -1, -1, 2_000_000));
        assertThatThrownBy(() -> steps(Map.of("price-steps", List.of(step, step))))
                .hasMessage("in 'models', 'm': two of its 'price-steps' begin above the same number of tokens");
        for (Object wrong : List.of(7, Map.of("above", 1), Map.of("above", 1, "input-price", 1, "output-price", 1,
                "image-price", 1))) {
            assertThatThrownBy(() -> steps(Map.of("price-steps", List.of(wrong))))
                    .hasMessageStartingWith("in 'models', 'm': each of its 'price-steps' needs above, input-price, "
                            + "output-price, and may have cached-input-price, cache-write-price and "
                            + "long-cache-write-price, not '");
        }
    }

    @Test
    void overridesNeedAnIdOnceEach() {
        assertThatThrownBy(() -> CardOverrides.of(Map.of("models", "m")))
                .hasMessage("'models' must be a list of ids or of maps with an 'id'");
        assertThatThrownBy(() -> CardOverrides.of(Map.of("models", List.of(7))))
                .hasMessage("each entry of 'models' must be an id or a map with an 'id'");
        assertThatThrownBy(() -> CardOverrides.of(Map.of("models", List.of("m", "m"))))
                .hasMessage("in 'models', 'm': the model stands twice in 'models'");
        assertThatThrownBy(() -> CardOverrides
                .of(Map.of("models", List.of(Map.of("id", "m", "capabilities", List.of("fly"))))))
                .hasMessageContaining("there is no capability 'fly'; there are [chat, embed, vision");
    }

    @Test
    void aKindThatOnlyLacksItsSettingsIsIdle() throws Exception {
        try (var folder = new PluginFolder(home)) {
            folder.put(new PluginBuilder("1").edit("/* create */",
                    "if (true) throw new ProviderException(FailureCategory.CONFIGURATION, \"'url' is missing\");"));

            PluginStatus idle = folder.only(State.IDLE);
            assertThat(idle.reason())
                    .isEqualTo("needs configuration: the provider 'echo' can't be made: 'url' is missing");
            assertThat(folder.providers.cards()).isEmpty();
            assertThat(folder.events).extracting(PluginEvent::kind).containsExactly(PluginEvent.Kind.IDLE);
        }
    }

    @Test
    void oneWrongEntryDoesNotKeepTheOthersFromServing() throws Exception {
        try (var folder = new PluginFolder(home, entry("good", "echo", Map.of()),
                entry("bad", "echo", Map.of("models", "x")))) {
            folder.put(new PluginBuilder("1"));

            assertThat(folder.ask("good")).isEqualTo("1 own");
            assertThat(folder.only(State.SERVING).reason())
                    .isEqualTo(
                            "the provider 'bad' can't be made: 'models' must be a list of ids or of maps with an 'id'");
            assertThat(folder.only(State.SERVING).providers()).extracting(ProviderStatus::id)
                    .containsExactly("good", "bad");
        }
    }

    @Test
    void aConfiguredProviderWithWrongSettingsIsRefused() throws Exception {
        try (var folder = new PluginFolder(home, entry("echo", "echo", Map.of("key", "value")))) {
            folder.put(new PluginBuilder("1").edit("/* create */", "if (!context.settings().isEmpty())"
                    + " throw new ProviderException(FailureCategory.CONFIGURATION, \"there is no setting 'key'\");"));

            assertThat(folder.only(State.REFUSED).reason())
                    .isEqualTo("the provider 'echo' can't be made: there is no setting 'key'");
        }
    }

    private static List<String> ids(PluginFolder folder, String provider) {
        return folder.providers.cards().getOrDefault(provider, List.of()).stream().map(ModelCard::id).toList();
    }

    /// What the plug-in lists, until it is closed.
    private static final class Listed implements AutoCloseable {
        Listed(String models) {
            now(models);
        }

        void now(String models) {
            System.setProperty("formulary.test.models", models);
        }

        @Override
        public void close() {
            System.clearProperty("formulary.test.models");
        }
    }
}
