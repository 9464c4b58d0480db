package dev.formulary.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalHostsTest {

    @ParameterizedTest
    @CsvSource({"127.0.0.1,true", "10.1.2.3,true", "192.168.178.20,true", "169.254.7.7,true", "172.16.0.1,true",
            "172.31.9.9,true", "172.32.0.1,false", "172.15.0.1,false", "172.16,false", "172..0.1,false",
            "8.8.8.8,false",
            "localhost,true", "nas,true", "NAS.Local,true", "pi.lan,true", "db.internal,true", "a.localhost,true",
            "api.example.com,false", "[::1],true", "[fe80::1],true", "[fd00::1],true", "[fc00::1],true",
            "[2001:db8::1],false"})
    void knowsWhichHostsAreNear(String host, boolean near) {
        assertThat(LocalHosts.isLocal(host)).isEqualTo(near);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1,true", "127.1.2.3,true", "localhost,true", "LOCALHOST,true", "a.localhost,true",
            "[::1],true",
            "192.168.178.20,false", "nas,false", "[fe80::1],false", "api.example.com,false"})
    void tellsThisMachineFromAllOthers(String host, boolean same) {
        assertThat(LocalHosts.isThisMachine(host)).isEqualTo(same);
    }
}
