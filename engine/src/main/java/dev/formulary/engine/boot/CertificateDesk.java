package dev.formulary.engine.boot;

import dev.formulary.engine.alert.Alerts;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.transport.Certificates;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the files of the ports' certificates. Whoever renews one writes two files, so what can't serve is told only when it
/// still can't at the next look. Not thread-safe; ticked by one thread.
final class CertificateDesk {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateDesk.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration SOON = Duration.ofDays(14);

    private final Map<String, Certificates> ports;
    private final Alerts alerts;
    private final Clock clock;
    private final Set<String> failing = new HashSet<>();
    private Instant next;

    /// @param ports by their section in the configuration; those without TLS are not in it
    CertificateDesk(Map<String, Certificates> ports, Alerts alerts, Clock clock) {
        this.ports = Map.copyOf(ports);
        this.alerts = alerts;
        this.clock = clock;
        next = clock.instant().plus(EVERY);
    }

    /// Looks at the files once a second.
    void tick() {
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            return;
        }
        next = now.plus(EVERY);
        ports.forEach((port, certificates) -> look(port, certificates, now));
    }

    private void look(String port, Certificates certificates, Instant now) {
        if (certificates.renew()) {
            LOG.info("certificate renewed port={} until={}", port, certificates.end());
        }
        String problem = certificates.problem();
        if (problem.isEmpty()) {
            failing.remove(port);
        } else if (!failing.add(port)) {
            alerts.raise(new Notice("engine", Severity.CRITICAL, "certificate-refused-" + port,
                    "the certificate before serves on: " + problem), now);
        }
        if (certificates.end().isBefore(now.plus(SOON))) {
            alerts.raise(
                    new Notice("engine", Severity.WARNING, "certificate-ends-" + port, "the certificate of the port "
                            + port + " ends at " + certificates.end() + "; put a new one in its place"),
                    now);
        }
    }
}
