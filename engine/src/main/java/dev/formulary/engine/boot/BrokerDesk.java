package dev.formulary.engine.boot;

import dev.formulary.engine.broker.Admission;
import dev.formulary.engine.broker.BrokerJars;
import dev.formulary.engine.broker.BrokerTerms;
import dev.formulary.engine.broker.BrokerTerms.Door;
import dev.formulary.engine.broker.LocalBroker;
import dev.formulary.engine.config.Addresses;
import dev.formulary.engine.config.EmbeddedBroker;
import dev.formulary.engine.config.EmbeddedBroker.Network;
import dev.formulary.engine.config.MqttSettings;
import dev.formulary.engine.transport.Certificates;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The broker within the gateway, where one is configured: starts before the routes, which connect to it as to any other, and
/// ends after them.
final class BrokerDesk implements AutoCloseable {
    /// The setting of its port for other machines, by which its certificate is told of.
    static final String NETWORK = "mqtt.embedded.network";
    private static final Logger LOG = LoggerFactory.getLogger(BrokerDesk.class);

    private final @Nullable LocalBroker broker;
    private @Nullable Certificates certificates;

    /// @param mqtt null or without a broker of its own, and nothing is started
    /// @param jars the folder of the broker's JARs, or null when there is none
    /// @param data where it keeps what is to last
    /// @throws IOException when it can't start
    BrokerDesk(@Nullable MqttSettings mqtt, @Nullable Path jars, Path data) throws IOException {
        EmbeddedBroker own = mqtt == null ? null : mqtt.embedded();
        broker = own == null ? null : BrokerJars.start(jars, terms(own, data));
        if (own != null) {
            LOG.info("broker started port={} network={} users={}", own.port(), shown(own.network()),
                    own.users().size());
        }
    }

    /// Where the launcher says that the JARs are.
    static @Nullable Path jars() {
        String folder = System.getProperty("formulary.broker");
        return folder == null ? null : Path.of(folder);
    }

    private static String shown(@Nullable Network network) {
        return network == null ? "none" : network.host() + ":" + network.port();
    }

    private BrokerTerms terms(EmbeddedBroker own, Path data) throws IOException {
        List<Door> doors = new ArrayList<>(List.of(new Door("127.0.0.1", own.port(), null, false)));
        Network network = own.network();
        if (network != null) {
            doors.add(door(network));
        }
        Map<String, String> passwords = new HashMap<>();
        passwords.put(EmbeddedBroker.GATEWAY, EmbeddedBroker.GATEWAY_PASSWORD.value());
        own.users().forEach(user -> passwords.put(user.name(), user.password().value()));
        EmbeddedBroker.Bounds bounds = own.bounds();
        return new BrokerTerms(data.resolve("broker"), doors,
                new Admission(EmbeddedBroker.GATEWAY, passwords, own.topics()), (int) bounds.message(),
                bounds.connections(), bounds.sessions(), bounds.topics(), bounds.waiting(), bounds.memory(),
                bounds.away());
    }

    private Door door(Network network) throws IOException {
        if (network.tls() == null) {
            if (!Addresses.isLoopback(network.host())) {
                LOG.warn(
                        "passwords and messages can be read on the way: {}.host is a public address and there is no {}.tls",
                        NETWORK, NETWORK);
            }
            return new Door(network.host(), network.port(), null, false);
        }
        certificates = new Certificates(network.tls(), NETWORK, Clock.systemUTC());
        return new Door(network.host(), network.port(), certificates.context(), network.tls().clientCa() != null);
    }

    /// The certificate of its port for other machines, or null when there is none.
    @Nullable
    Certificates certificates() {
        return certificates;
    }

    @Override
    public void close() {
        if (broker != null) {
            broker.close();
        }
    }
}
