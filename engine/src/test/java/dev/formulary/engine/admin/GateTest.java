package dev.formulary.engine.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.Perimeter;
import dev.formulary.engine.config.Settings;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GateTest {
    @Test
    void aListedNameIsKnownBesideThoseOfThisMachine() {
        var management = new Settings.Management("127.0.0.1", 8081, null,
                new Perimeter(null, 10, 10, Set.of("ops.example.org"), Set.of(), true));
        var gate = new Gate(management, new AdminKeys(management));

        assertThat(gate.knowsHost("Ops.Example.org:8081")).isTrue();
        assertThat(gate.knowsHost("localhost:8081")).isTrue();
        assertThat(gate.knowsHost("example.org")).isFalse();
    }
}
