package dev.formulary.engine.boot;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.alert.Alerts;
import dev.formulary.engine.config.ClusterSettings;
import dev.formulary.engine.config.Secret;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.WhenApart;
import dev.formulary.engine.grid.Cluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class ClusterDeskTest {
    private final Alerts alerts = new Alerts(Alerts.RESOLVE_AFTER);

    private static int freePort() throws IOException {
        while (true) {
            try (var one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress()); var next = new ServerSocket()) {
                next.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), one.getLocalPort() + 1));
                return one.getLocalPort();
            } catch (IOException e) {
                // the next one is not free
            }
        }
    }

    private static Object document(ClusterDesk desk) {
        return Objects.requireNonNull(desk.documents().get("/admin/cluster")).get();
    }

    @Test
    void withoutAClusterItSaysSoAndRaisesNothing() {
        var desk = new ClusterDesk(null, alerts);

        desk.tick(NOON);

        assertThat(document(desk)).isEqualTo(Map.of("state", "off"));
        assertThat(alerts.open()).isEmpty();
    }

    @Test
    void whoIsMissingIsShownAndRaised() throws Exception {
        int port = freePort();
        String own = "127.0.0.1:" + port;
        String other = "127.0.0.1:" + (port + 2);
        for (WhenApart whenApart : WhenApart.values()) {
            var settings = new ClusterSettings("home", "127.0.0.1", port, List.of(own, other),
                    new Secret("a secret of the tests"), Duration.ofSeconds(1), whenApart);
            try (var cluster = Cluster.join(settings, Settings.Sessions.USUAL)) {
                var desk = new ClusterDesk(cluster, alerts);
                desk.tick(NOON);

                assertThat(document(desk)).asInstanceOf(
                        InstanceOfAssertFactories.map(String.class, Object.class))
                        .containsEntry("state", "apart").containsEntry("node", own)
                        .containsEntry("members", List.of(own, other)).containsEntry("here", List.of(own))
                        .containsEntry("share", whenApart == WhenApart.SHARE ? "1/2" : "0/2");
                assertThat(alerts.open()).singleElement().satisfies(alert -> {
                    assertThat(alert.code()).isEqualTo("cluster-apart");
                    assertThat(alert.message()).contains("1 of 2 nodes are here, " + other + " not");
                });
            }
        }
    }
}
