package dev.formulary.broker;

import dev.formulary.engine.broker.Admission;
import dev.formulary.engine.broker.BrokerTerms;
import dev.formulary.engine.broker.BrokerTerms.Door;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a test's broker is told: a free port on 127.0.0.1, and few of everything.
///
/// @param users by name, with their passwords
record House(Path folder, int port, Map<String, String> users, List<String> topics, int message, int connections,
        int sessions, int topicCount, int waiting, long memory) {
    static final String GATEWAY = "the-gateway";
    static final String GATEWAY_PASSWORD = "known to nobody";

    static House at(Path folder) throws IOException {
        return new House(folder, freePort(), Map.of(), List.of("formulary/#", "homeassistant/#"), 100_000, 50, 50, 200,
                20, 16 << 20);
    }

    static int freePort() throws IOException {
        try (var free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    House users(Map<String, String> all) {
        return new House(folder, port, all, topics, message, connections, sessions, topicCount, waiting, memory);
    }

    House few(int mostConnections, int mostSessions, int mostTopics) {
        return new House(folder, port, users, topics, message, mostConnections, mostSessions, mostTopics, waiting,
                memory);
    }

    House memory(long bytes, int mostWaiting) {
        return new House(folder, port, users, topics, message, connections, sessions, topicCount, mostWaiting, bytes);
    }

    BrokerTerms terms() {
        Map<String, String> passwords = new HashMap<>(users);
        passwords.put(GATEWAY, GATEWAY_PASSWORD);
        return new BrokerTerms(folder, List.of(new Door("127.0.0.1", port, null, false)),
                new Admission(GATEWAY, passwords, topics), message, connections, sessions, topicCount, waiting, memory,
                Duration.ofDays(1));
    }

    ArtemisBroker open() throws IOException {
        return new ArtemisBroker(terms());
    }
}
