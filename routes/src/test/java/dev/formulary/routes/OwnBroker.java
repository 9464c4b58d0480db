package dev.formulary.routes;

import dev.formulary.engine.broker.Admission;
import dev.formulary.engine.broker.BrokerJars;
import dev.formulary.engine.broker.BrokerTerms;
import dev.formulary.engine.broker.BrokerTerms.Door;
import dev.formulary.engine.broker.LocalBroker;
import dev.formulary.engine.config.Perimeter;
import dev.formulary.engine.transport.Certificates;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The gateway's own broker instead of a mosquitto, where the system property `formulary.test.broker` names the folder of its
/// JARs.
final class OwnBroker {
    private static final @Nullable String JARS = System.getProperty("formulary.test.broker");

    private OwnBroker() {}

    static boolean isWanted() {
        return JARS != null;
    }

    /// @param certificates with which it speaks TLS and asks for a password, or null for neither
    static LocalBroker start(Path folder, int port, String user, String password,
            @Nullable MqttCertificates certificates) throws IOException {
        Map<String, String> users = new HashMap<>(Map.of("nobody", "x"));
        Door door = new Door("127.0.0.1", port, null, false);
        if (certificates != null) {
            users.put(user, password);
            var files = new Perimeter.Tls(certificates.certificate(), certificates.key(), null);
            door = new Door("127.0.0.1", port, new Certificates(files, "test", Clock.systemUTC()).context(), false);
        }
        return BrokerJars.start(Path.of(String.valueOf(JARS)), new BrokerTerms(folder.resolve("own"), List.of(door),
                new Admission("nobody", users, List.of("#")), 10 << 20, 100, 100, 1_000, 1_000, 64L << 20,
                Duration.ofDays(1)));
    }
}
