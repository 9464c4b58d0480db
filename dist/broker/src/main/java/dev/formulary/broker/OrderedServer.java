package dev.formulary.broker;

import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.persistence.StorageManager;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager;

/// An Artemis whose messages reach a client in their order.
final class OrderedServer extends ActiveMQServerImpl {
    OrderedServer(Configuration configuration, ActiveMQSecurityManager security) {
        super(configuration, security);
    }

    @Override
    protected StorageManager createStorageManager() {
        var storage = new OrderedStorage(getConfiguration(), getCriticalAnalyzer(), executorFactory, scheduledPool,
                ioExecutorFactory, ioCriticalErrorListener);
        getCriticalAnalyzer().add(storage);
        return storage;
    }
}
