package dev.formulary.broker;

import dev.formulary.engine.broker.BrokerTerms;
import dev.formulary.engine.broker.BrokerTerms.Door;
import java.io.IOException;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/// What Artemis is told of a house's terms.
final class ArtemisConfiguration {
    private static final int LEAST_FILE = 4 << 20;
    /// What a message takes in the journal beside its bytes.
    private static final int MESSAGE_OVERHEAD = 64 << 10;
    private static final int SCAN_MS = 10_000;

    private final BrokerTerms terms;
    private final HandedContexts contexts;

    ArtemisConfiguration(BrokerTerms terms, HandedContexts contexts) {
        this.terms = terms;
        this.contexts = contexts;
    }

    static String nameOf(int door) {
        return "mqtt-" + door;
    }

    Configuration all() throws IOException {
        Configuration artemis = new ConfigurationImpl();
        try {
            for (int i = 0; i < terms.doors().size(); i++) {
                artemis.addAcceptorConfiguration(nameOf(i), acceptor(terms.doors().get(i)));
            }
        } catch (Exception e) {
            throw new IOException("mqtt.embedded: " + e.getMessage(), e);
        }
        journal(artemis);
        artemis.setName("formulary").setSecurityEnabled(true).setJMXManagementEnabled(false)
                .setMessageCounterEnabled(false).setCriticalAnalyzer(false).setPersistDeliveryCountBeforeDelivery(false)
                .setThreadPoolMaxSize(8).setScheduledThreadPoolMaxSize(2).setMqttSessionScanInterval(SCAN_MS)
                .setGlobalMaxSize(terms.maxMemory()).setSuppressSessionNotifications(true)
                .setSecurityInvalidationInterval(0);
        artemis.addAddressSetting("#", addresses());
        artemis.addAddressSetting("$sys.mqtt.retain.#", addresses().setDefaultRingSize(1));
        artemis.addAddressSetting("$sys.mqtt.sessions", new AddressSettings());
        artemis.registerBrokerPlugin(new Bounds(terms.maxTopics()));
        artemis.registerBrokerPlugin(new Wills());
        artemis.registerBrokerPlugin(new RetainAsPublished());
        return artemis;
    }

    /// What is acknowledged is on the disk, so that it outlives a machine that loses its power.
    private void journal(Configuration artemis) {
        String folder = terms.folder().toString();
        int buffer = terms.maxMessage() + MESSAGE_OVERHEAD;
        artemis.setPersistenceEnabled(true).setJournalType(JournalType.NIO).setJournalDirectory(folder + "/journal")
                .setBindingsDirectory(folder + "/bindings").setLargeMessagesDirectory(folder + "/large")
                .setPagingDirectory(folder + "/paging").setJournalFileSize(Math.max(LEAST_FILE, 2 * buffer))
                .setJournalMinFiles(2).setJournalPoolFiles(2).setJournalCompactMinFiles(4)
                .setJournalBufferSize_NIO(buffer).setJournalSyncNonTransactional(true)
                .setJournalSyncTransactional(true).setCreateBindingsDir(true).setCreateJournalDir(true);
    }

    private AddressSettings addresses() {
        return new AddressSettings().setAutoCreateQueues(true).setAutoCreateAddresses(true).setAutoDeleteQueues(true)
                .setAutoDeleteAddresses(true).setAutoDeleteCreatedQueues(false)
                .setAddressFullMessagePolicy(AddressFullMessagePolicy.FAIL).setDefaultRingSize(terms.maxWaiting())
                .setMaxSizeBytes(terms.maxMemory()).setMaxDeliveryAttempts(-1);
    }

    private String acceptor(Door door) {
        String tls = door.tls() == null
                ? ""
                : ";sslEnabled=true;enabledProtocols=TLSv1.3,TLSv1.2;keyStorePath=" + contexts.hand(door.tls())
                        + ";needClientAuth=" + door.certificates();
        return "tcp://" + door.host() + ":" + door.port() + "?protocols=MQTT;useEpoll=false;useKQueue=false"
                + ";remotingThreads=2;connectionsAllowed=" + terms.maxConnections() + ";maximumPacketSize="
                + terms.maxMessage() + ";topicAliasMaximum=64;receiveMaximum=256;defaultMqttSessionExpiryInterval="
                + terms.away().toSeconds() + tls;
    }
}
