package dev.formulary.broker;

import dev.formulary.engine.broker.BrokerTerms;
import dev.formulary.engine.broker.BrokerTerms.Door;
import dev.formulary.engine.broker.LocalBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An Artemis that serves until it is closed.
final class ArtemisBroker implements LocalBroker {
    private static final Logger LOG = LoggerFactory.getLogger(ArtemisBroker.class);

    private final ActiveMQServer artemis;
    private final HandedContexts contexts = new HandedContexts();

    /// Starts it and waits until it listens.
    ///
    /// @throws IOException when it can't, saying what is wrong
    ArtemisBroker(BrokerTerms terms) throws IOException {
        for (Door door : terms.doors()) {
            checkFree(door);
        }
        var gate = new Gate(terms.admission(), terms.maxSessions());
        artemis = new ActiveMQServerImpl(new ArtemisConfiguration(terms, contexts).all(), gate);
        var crossings = new Crossings();
        artemis.registerBrokerPlugin(crossings);
        artemis.addProtocolManagerFactory(new BoundedMqtt(terms.maxMessage(), crossings));
        gate.guard(artemis);
        try {
            start(terms);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void start(BrokerTerms terms) throws IOException {
        try {
            artemis.start();
        } catch (Exception e) {
            throw new IOException("mqtt.embedded: the broker can't start in " + terms.folder() + ": " + e, e);
        }
        checkListens(terms);
    }

    /// Artemis would only log that it can't listen.
    private static void checkFree(Door door) throws IOException {
        try (var probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getByName(door.host()), door.port()));
        } catch (IOException e) {
            throw new IOException("mqtt.embedded: can't listen on " + door.host() + ":" + door.port() + ": "
                    + e.getMessage() + "; is another program using it?", e);
        }
    }

    private void checkListens(BrokerTerms terms) throws IOException {
        for (int i = 0; i < terms.doors().size(); i++) {
            var acceptor = artemis.getRemotingService().getAcceptor(ArtemisConfiguration.nameOf(i));
            if (acceptor == null || !acceptor.isStarted()) {
                Door door = terms.doors().get(i);
                throw new IOException("mqtt.embedded: does not listen on " + door.host() + ":" + door.port()
                        + "; the log says why");
            }
        }
    }

    @Override
    public void close() {
        try {
            artemis.stop();
        } catch (Exception e) {
            LOG.warn("the broker did not stop cleanly", e);
        }
        contexts.forget();
    }
}
