package dev.formulary.engine.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.provider.PluginStatus.State;
import dev.formulary.spi.ProviderException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Providers that only who had them made can ask.
class GuestsTest {
    @TempDir
    Path home;

    private static Guests made(PluginFolder folder) throws Exception {
        return Objects.requireNonNull(folder.providers.guests("echo", Map.of("g1", Map.of(), "g2", Map.of())));
    }

    @Test
    void onlyTheirOwnerFindsThem() throws Exception {
        try (var folder = new PluginFolder(home)) {
            folder.put(new PluginBuilder("1.0.0"));
            var before = folder.providers.cards();
            Guests guests = made(folder);

            assertThat(guests.cards()).containsOnlyKeys("g1", "g2");
            assertThat(folder.providers.cards()).isSameAs(before);
            assertThat(folder.ask("g1")).isEqualTo("nobody");
            try (Lease lease = guests.acquire("g1")) {
                assertThat(Objects.requireNonNull(lease).provider().chat(PluginFolder.request(), PluginFolder.attempt())
                        .next()).isNotNull();
            }
            assertThat(guests.acquire("echo")).isNull();

            guests.close();
            assertThat(guests.acquire("g1")).isNull();
        }
    }

    @Test
    void theirPlugInStaysLoadedForAsLongAsTheyDo() throws Exception {
        try (var folder = new PluginFolder(home)) {
            folder.put(new PluginBuilder("1.0.0"));
            Guests guests = made(folder);
            folder.put(new PluginBuilder("2.0.0"));

            assertThat(folder.only(State.DRAINING).version()).isEqualTo("1.0.0");
            try (Lease lease = guests.acquire("g2")) {
                assertThat(lease).isNotNull();
            }
            guests.close();
            await().until(() -> folder.providers.status().stream().noneMatch(each -> each.state() == State.DRAINING));
        }
    }

    @Test
    void whereTheyCantBeMadeThatIsSaidAndNothingIsHeld() throws Exception {
        try (var folder = new PluginFolder(home)) {
            folder.put(new PluginBuilder("1.0.0").edit("/* create */",
                    "if (context.id().startsWith(\"g\")) throw new IllegalStateException(\"no guests\");"));

            assertThat(folder.providers.guests("other", Map.of())).isNull();
            assertThatThrownBy(() -> made(folder)).isInstanceOf(ProviderException.class)
                    .hasMessageContaining("no guests");

            folder.put(new PluginBuilder("2.0.0"));
            await().until(() -> folder.providers.status().stream().noneMatch(each -> each.state() == State.DRAINING));
        }
    }
}
