package dev.formulary.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.formulary.engine.config.Settings.ProviderEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbingTest {
    @TempDir
    private Path home;

    private Settings read(String yaml) throws ConfigurationException {
        return Configuration.read(yaml, home, Map.of());
    }

    private Probe probe(String inner) throws ConfigurationException {
        return read("providers: [ { id: a, probe: { " + inner + " } } ]").providers().getFirst().probe();
    }

    private String complaint(String inner) {
        ConfigurationException refusal = catchThrowableOfType(ConfigurationException.class, () -> probe(inner));
        assertThat(refusal).as("refusal of %s", inner).isNotNull();
        return refusal.complaints().toString();
    }

    @Test
    void whoSaysNothingIsAskedForListsOnlyAndOnlyWhetherItIsBack() throws Exception {
        Settings settings = read("providers: [ { id: a } ]");
        assertThat(settings.providers().getFirst().probe())
                .isEqualTo(new Probe(Probe.How.MODELS, Duration.ZERO, Probe.Which.EACH));
        assertThat(settings.probe().budget()).isEqualTo(100_000);
        assertThat(settings.providers().getFirst().settings()).isEmpty();
    }

    @Test
    void everySettingIsRead() throws Exception {
        assertThat(probe("how: chat, every: 30s, which: cheapest"))
                .isEqualTo(new Probe(Probe.How.CHAT, Duration.ofSeconds(30), Probe.Which.CHEAPEST));
        assertThat(probe("how: chat")).isEqualTo(new Probe(Probe.How.CHAT, Duration.ofMinutes(5), Probe.Which.EACH));
        assertThat(probe("how: chat, every: 0s").every()).isZero();
        assertThat(probe("every: 1m").how()).isEqualTo(Probe.How.MODELS);
        assertThat(read("probe: { budget: 2.50 }").probe().budget()).isEqualTo(2_500_000);
        assertThat(read("probe: { budget: 0 }").probe().budget()).isZero();
    }

    @Test
    void whatIsWrongOrWithoutEffectIsTold() {
        assertThat(complaint("how: ping")).contains("providers[0].probe.how: must be models or chat, not \"ping\"");
        assertThat(complaint("how: chat, every: 20ms")).contains("probe.every: must be 0s or from 1s to 1d");
        assertThat(complaint("which: cheapest")).contains("probe.which: is for \"how: chat\" only");
        assertThat(complaint("budget: 1.00")).contains("probe.budget: is not a setting; here are how, every, which");
    }

    @Test
    void aProviderThatIsProbedInAnotherWayIsAnother() throws Exception {
        ProviderEntry one = read("providers: [ { id: a } ]").providers().getFirst();
        ProviderEntry other = read("providers: [ { id: a, probe: { every: 1m } } ]").providers().getFirst();
        assertThat(ProviderChanges.between(List.of(one), List.of(other)).changed()).containsExactly("a");
    }
}
