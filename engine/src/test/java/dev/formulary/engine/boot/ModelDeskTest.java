package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.Samples;
import dev.formulary.engine.admin.Change;
import dev.formulary.engine.dispatch.ProviderDirectory;
import dev.formulary.engine.dispatch.Residence;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.spi.Attempt;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.LoadedModel;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Operators see which models lie in memory, and bring them there and away.
class ModelDeskTest {
    private final Memory memory = new Memory();
    private final List<Candidate> candidates = List.of(Samples.priced("home", "big", 0, 0),
            Samples.priced("home", "small", 0, 0), Samples.priced("gone", "x", 0, 0));
    private final ModelDesk desk = new ModelDesk(new Residence(this::borrow), () -> candidates);

    private ProviderDirectory.@Nullable Loan borrow(String provider) {
        return provider.equals("home") ? new Loan(memory) : null;
    }

    private record Loan(Provider provider) implements ProviderDirectory.Loan {
        @Override
        public void close() {
            // nobody counts
        }
    }

    private Change.Result change(String path, Map<String, String> said) {
        return Objects.requireNonNull(desk.changes().get(path)).apply(said);
    }

    private Object loaded() {
        return Objects.requireNonNull(desk.documents().get("/admin/models/loaded")).get();
    }

    @Test
    void aModelIsLoadedShownAndUnloaded() {
        assertThat(change("/admin/models/load", Map.of("model", "home/big", "keep_alive", "10m")))
                .isInstanceOf(Change.Result.Done.class);
        assertThat(memory.stay).isEqualTo(Duration.ofMinutes(10));
        assertThat(loaded()).asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST).containsExactly(
                Map.of("model", "home/big", "bytes", 1000L, "gpu_bytes", 250L, "gpu_share", 0.25, "context_tokens",
                        4096L,
                        "until", "2026-01-01T00:00:00Z"),
                Map.of("provider", "gone", "error", "there is no provider 'gone'"));

        change("/admin/models/unload", Map.of("model", "home/big"));
        assertThat(memory.loaded).isEmpty();
    }

    @Test
    void whatIsNotKnownIsNotShown() {
        memory.loaded.put("small", new LoadedModel("small", -1, -1, 0, null));
        assertThat(loaded()).asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .contains(Map.of("model", "home/small"));
    }

    @Test
    void forEverIsMinusOne() {
        change("/admin/models/load", Map.of("model", "home/big", "keep_alive", "-1"));
        assertThat(memory.stay).isNegative();
    }

    @Test
    void whatCanNotBeDoneIsTold() {
        assertThatThrownBy(() -> change("/admin/models/load", Map.of("model", "home/none")))
                .hasMessageContaining("not 'home/none'");
        assertThatThrownBy(() -> change("/admin/models/load", Map.of("model", "home/big", "keep_alive", "soon")))
                .hasMessageContaining("'keep_alive' must be a duration such as 5m");
        assertThat(change("/admin/models/unload", Map.of("model", "home/small"))).isEqualTo(
                new Change.Result.Refused("provider_refused", "it is busy"));
    }

    /// A provider that holds one model at a time.
    private static final class Memory implements Provider {
        private final Map<String, LoadedModel> loaded = new TreeMap<>();
        private @Nullable Duration stay;

        @Override
        public List<ModelCard> models() {
            return List.of();
        }

        @Override
        public ReplyStream chat(ChatRequest request, Attempt attempt) throws ProviderException {
            throw new ProviderException(FailureCategory.UNSUPPORTED, "does not talk");
        }

        @Override
        public List<LoadedModel> loaded(Attempt attempt) {
            return List.copyOf(loaded.values());
        }

        @Override
        public void load(String model, @Nullable Duration keepAlive, Attempt attempt) {
            stay = keepAlive;
            loaded.put(model, new LoadedModel(model, 1000, 250, 4096, Instant.parse("2026-01-01T00:00:00Z")));
        }

        @Override
        public void unload(String model, Attempt attempt) throws ProviderException {
            if (loaded.remove(model) == null) {
                throw new ProviderException(FailureCategory.SERVER, "it is busy");
            }
        }

        @Override
        public void close() {
            loaded.clear();
        }
    }
}
