package dev.formulary.broker;

import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTSessionState;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTStateManager;
import org.apache.activemq.artemis.core.remoting.FailureListener;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerPlugin;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the last will of a client that is lost at once, unless it asked for a delay. Artemis does so only for clients whose
/// session ends with the connection, and for others when it ends, a day later.
final class Wills implements ActiveMQServerPlugin {
    private static final Logger LOG = LoggerFactory.getLogger(Wills.class);

    private volatile @Nullable ActiveMQServer server;

    @Override
    public void registered(ActiveMQServer started) {
        server = started;
    }

    @Override
    public void afterCreateConnection(RemotingConnection connection) {
        connection.addFailureListener(new FailureListener() {
            @Override
            public void connectionFailed(ActiveMQException cause, boolean failedOver) {
                lost(connection.getClientID());
            }

            @Override
            public void connectionFailed(ActiveMQException cause, boolean failedOver, String scaledDownTo) {
                lost(connection.getClientID());
            }
        });
    }

    private void lost(@Nullable String client) {
        ActiveMQServer started = server;
        if (client == null || started == null || !started.isStarted()) {
            return;
        }
        try {
            MQTTSessionState session = MQTTStateManager.getInstance(started).getSessionStates().get(client);
            if (session != null && session.isWill() && session.isFailed() && !session.isAttached()
                    && session.getWillDelayInterval() == 0) {
                session.getSession().sendWillMessage();
            }
        } catch (Exception e) {
            LOG.warn("a last will was not told", e);
        }
    }
}
