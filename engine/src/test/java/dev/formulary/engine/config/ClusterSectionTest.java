package dev.formulary.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterSectionTest {
    private static final String SECRET = "0123456789abcdef";

    @TempDir
    private Path home;

    private Settings load(String yaml) throws IOException, ConfigurationException {
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve(Configuration.FILE), yaml);
        return Configuration.load(home, Map.of("SECRET", SECRET));
    }

    @Test
    void thereIsNoneUnlessItIsWritten() throws Exception {
        assertThat(load("").cluster()).isNull();
    }

    @Test
    void readsAllOfIt() throws Exception {
        assertThat(load("""
            cluster:
              name: home
              bind: 10.0.0.5
              port: 7900
              members: ["10.0.0.5:7900", "[fe80::1]:7900", "node-b.home:7900"]
              secret: ${SECRET}
              timeout: 300ms
              when-apart: refuse
            """).cluster()).isEqualTo(new ClusterSettings("home", "10.0.0.5", 7900,
                List.of("10.0.0.5:7900", "[fe80::1]:7900", "node-b.home:7900"), new Secret(SECRET),
                Duration.ofMillis(300), WhenApart.REFUSE));
    }

    @Test
    void listensOnLoopbackAndSharesWhereNothingElseIsSaid() throws Exception {
        assertThat(load("cluster: { members: [\"127.0.0.1:7800\"], secret: \"" + SECRET + "\" }").cluster())
                .isEqualTo(new ClusterSettings("formulary", "127.0.0.1", 7800, List.of("127.0.0.1:7800"),
                        new Secret(SECRET),
                        Duration.ofSeconds(1), WhenApart.SHARE));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        bind: 0.0.0.0                                | bind: must be the one address of this machine at which the other nodes
        bind: "::"                                   | bind: must be the one address of this machine
        bind: 10.0.0.7                               | members: must hold this node, too, which is 10.0.0.7:7800 by bind and port
        port: 7801                                   | members: must hold this node, too, which is 127.0.0.1:7801 by bind and port
        port: 8080                                   | port: takes the ports 8080 and 8081, and server.port is 8080
        port: 8079                                   | port: takes the ports 8079 and 8080, and server.port is 8080
        port: 65535                                  | port: must be a whole number from 1 to 65534, not "65535"
        members: []                                  | members: must hold all nodes, this one too, each as host:port
        members: ["127.0.0.1"]                       | members[0]: must be host:port, for example 10.0.0.5:7800
        members: ["127.0.0.1:7800", "127.0.0.1:7800"] | members: holds 127.0.0.1:7800 twice
        secret: short                                | secret: is too short; 16 characters are the least
        timeout: 1h                                  | timeout: must be a duration from 50ms to 30s
        when-apart: go-on                            | when-apart: must be share or refuse, not "go-on"
        name: a b                                    | name: must be letters, digits and hyphens, not "a b"
        whenApart: share                             | whenApart: is not a setting; did you mean "when-apart"?
        """)
    void whatIsWrongIsToldWithItsLine(String line, String complaint) {
        String key = line.substring(0, line.indexOf(':'));
        String yaml = "cluster:\n  " + line + "\n"
                + (key.equals("members") ? "" : "  members: [\"127.0.0.1:7800\"]\n")
                + (key.equals("secret") ? "" : "  secret: " + SECRET + "\n");

        assertThat(complaints(yaml)).anySatisfy(
                each -> assertThat(each).startsWith("conf/formulary.yaml:").contains("cluster." + complaint));
        assertThat(complaints(yaml)).noneMatch(each -> each.contains(SECRET));
    }

    @Test
    void membersAndSecretMustBeThere() {
        assertThat(complaints("cluster: { name: home }")).anyMatch(each -> each.contains("cluster.members: is missing"))
                .anyMatch(each -> each.contains("cluster.secret: is missing"));
    }

    private List<String> complaints(String yaml) {
        ConfigurationException refusal = catchThrowableOfType(ConfigurationException.class, () -> load(yaml));
        assertThat(refusal).as("refusal of %s", yaml).isNotNull();
        return refusal.complaints().stream().map(Complaint::toString).toList();
    }
}
