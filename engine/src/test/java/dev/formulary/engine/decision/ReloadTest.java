package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadTest {
    private static final int RELOADS = 150;

    @TempDir
    Path folder;
    @TempDir
    Path cache;

    @Test
    void reloadsLeaveNothingBehindAndEachDecisionSeesOneRuleSet() throws InterruptedException {
        var soak = new ReloadSoak(folder, cache);
        List<ReloadSoak.Sample> samples = soak.run(RELOADS, RELOADS / 3);
        ReloadSoak.Sample early = samples.getFirst();
        ReloadSoak.Sample late = samples.getLast();

        assertThat(soak.wrong()).isZero();
        assertThat(late.decisions()).isGreaterThan(RELOADS);
        assertThat(late.loaders()).as("class loaders alive, of %s", RELOADS).isLessThan(10);
        assertThat(late.threads()).isLessThanOrEqualTo(early.threads() + 3);
        assertThat(late.metaspace() - early.metaspace()).as("bytes of metaspace more").isLessThan(6L << 20);
    }
}
