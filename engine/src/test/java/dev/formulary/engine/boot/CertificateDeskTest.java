package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.alert.Alerts;
import dev.formulary.engine.alert.OpenAlert;
import dev.formulary.engine.config.Configuration;
import dev.formulary.engine.config.Perimeter;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.transport.EventLoops;
import dev.formulary.engine.transport.HttpListener;
import dev.formulary.engine.transport.TestCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateDeskTest {
    @TempDir
    Path folder;
    private final MutableClock clock = new MutableClock(Instant.now());
    private final Alerts alerts = new Alerts(Duration.ofMinutes(5));
    private final EventLoops loops = new EventLoops();
    private Perimeter.Tls files;
    private Settings settings;
    private HttpListener listener;

    @BeforeEach
    void start() throws Exception {
        files = TestCertificate.usual().into(folder);
        settings = Configuration.read("""
            management: { port: 0, tls: { certificate: chain.pem, key: key.pem } }
            """, folder, Map.of());
        listener = new HttpListener(loops, "management", Management.limits(settings),
                _ -> new Answer.Whole(200, "text/plain", Map.of(), new byte[]{'o', 'k'}));
    }

    @AfterEach
    void stop() {
        listener.close();
        loops.close();
    }

    private CertificateDesk desk() {
        return new CertificateDesk(Map.of("management", Objects.requireNonNull(listener.certificates())), alerts,
                clock);
    }

    private void tick(CertificateDesk desk) {
        clock.advance(Duration.ofSeconds(1));
        desk.tick();
    }

    @Test
    void filesThatStillCanNotServeAtTheNextLookAreTold() throws Exception {
        CertificateDesk desk = desk();
        Files.writeString(files.key(), TestCertificate.of("desk", "-keyalg", "EC").keyPem());

        tick(desk);
        assertThat(alerts.open()).isEmpty();
        tick(desk);

        assertThat(alerts.open()).singleElement().satisfies(alert -> {
            assertThat(alert.code()).isEqualTo("certificate-refused-management");
            assertThat(alert.message()).contains("management.tls.key", "is not the key");
        });
    }

    @Test
    void anEndThatIsNearIsTold() {
        CertificateDesk desk = desk();
        clock.advance(Duration.ofDays(80));

        tick(desk);

        assertThat(alerts.open()).extracting(OpenAlert::code).containsExactly("certificate-ends-management");
    }

    @Test
    void commandsTrustTheCertificateInTheFileAndNoOther() throws Exception {
        var client = new NodeClient(settings, 1, listener.port());
        assertThat(client.management().getScheme()).isEqualTo("https");
        assertThat(client.manage("/admin/status").body()).isEqualTo("ok");

        Files.writeString(files.certificate(), TestCertificate.of("desk", "-keyalg", "EC").certificatePem());

        assertThatIOException().isThrownBy(() -> client.manage("/admin/status"))
                .withMessageContaining("another certificate");
    }
}
