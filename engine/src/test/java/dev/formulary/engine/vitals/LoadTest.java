package dev.formulary.engine.vitals;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoadTest {
    private static final long MIB = 1 << 20;
    private static final long SECOND = 1_000_000_000;

    @Test
    void aContainerAtItsQuotaIsBusyOnAnIdleMachine() {
        assertThat(Load.cpu(0.1, SECOND / 2, SECOND, 0.5)).isEqualTo(1);
    }

    @Test
    void anIdleContainerOnABusyMachineIsBusy() {
        assertThat(Load.cpu(0.9, SECOND / 100, SECOND, 1)).isEqualTo(0.9);
    }

    @Test
    void withoutAQuotaOrAFigureTheMachineCounts() {
        assertThat(Load.cpu(0.3, SECOND, SECOND, 0)).isEqualTo(0.3);
        assertThat(Load.cpu(0.3, -1, SECOND, 1)).isEqualTo(0.3);
    }

    @Test
    void theTighterMemoryLimitCounts() {
        long free = Load.free(8000 * MIB, 384 * MIB, 512 * MIB);

        assertThat(free).isEqualTo(128 * MIB);
        assertThat(Load.memory(free, 16_000 * MIB, 512 * MIB)).isEqualTo(0.75);
        assertThat(Load.free(64 * MIB, 384 * MIB, 512 * MIB)).isEqualTo(64 * MIB);
        assertThat(Load.free(64 * MIB, 100, 0)).isEqualTo(64 * MIB);
        assertThat(Load.free(64 * MIB, 600 * MIB, 512 * MIB)).isZero();
    }

    @Test
    void unknownIsNotZero() {
        assertThat(Load.memory(-1, 100, 0)).isEqualTo(-1);
        assertThat(Load.memory(50, 0, 0)).isEqualTo(-1);
        assertThat(Load.share(1, 0)).isEqualTo(-1);
    }
}
