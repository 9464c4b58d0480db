package dev.formulary.broker;

import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption.RetainedHandlingPolicy;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTUtil;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerPlugin;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.apache.activemq.artemis.core.transaction.TransactionOperationAbstract;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has a subscription get what is retained at its very moment. Artemis looks for the subscriptions of such a message first and
/// keeps it later, when the disk is done; who subscribes in between would get it neither way. So whoever did is told when it is
/// kept; it may come twice then. Thread-safe.
final class Crossings implements ActiveMQServerPlugin {
    private static final Logger LOG = LoggerFactory.getLogger(Crossings.class);
    /// How often to look whether a message that is kept can be seen; one that another has replaced never can.
    private static final int LOOKS = 1_000;

    private final Set<Publishing> publishing = new HashSet<>();
    private final Set<Subscribing> subscribing = new HashSet<>();
    private volatile @Nullable ActiveMQServer server;

    /// A message that is to be retained.
    private static final class Publishing {
        private final Message message;
        /// Done when it is on the disk, cancelled when it never will be.
        private final CompletableFuture<Void> kept = new CompletableFuture<>();

        private Publishing(Message message) {
            this.message = message;
        }
    }

    /// A client that subscribes.
    final class Subscribing {
        private final Set<Publishing> met;

        private Subscribing(Set<Publishing> met) {
            this.met = met;
        }

        /// Its subscriptions stand.
        ///
        /// @param client null when nobody is there any more
        void done(@Nullable String client, MqttSubscribeMessage packet) {
            synchronized (Crossings.this) {
                subscribing.remove(this);
            }
            if (client == null) {
                return;
            }
            List<String> filters = packet.payload().topicSubscriptions().stream()
                    .filter(each -> each.option().retainHandling() != RetainedHandlingPolicy.DONT_SEND_AT_SUBSCRIBE)
                    .map(MqttTopicSubscription::topicFilter).filter(each -> !MQTTUtil.isSharedSubscription(each))
                    .toList();
            for (Publishing each : met) {
                var _ = each.kept.thenRun(() -> filters.forEach(filter -> tell(each.message, client, filter)));
            }
        }
    }

    @Override
    public void registered(ActiveMQServer started) {
        server = started;
    }

    synchronized Subscribing subscribes() {
        var begun = new Subscribing(new HashSet<>(publishing));
        subscribing.add(begun);
        return begun;
    }

    @Override
    public void beforeSend(ServerSession session, Transaction tx, Message message, boolean direct,
            boolean noAutoCreateQueue) {
        if (message.getBooleanProperty(MQTTUtil.MQTT_MESSAGE_RETAIN_KEY)
                && message.toCore().getReadOnlyBodyBuffer().readableBytes() > 0) {
            var begun = new Publishing(message);
            synchronized (this) {
                publishing.add(begun);
                subscribing.forEach(each -> each.met.add(begun));
            }
            tx.addOperation(new TransactionOperationAbstract() {
                @Override
                public void afterCommit(Transaction committed) {
                    begun.kept.complete(null);
                    look(begun, LOOKS);
                }

                @Override
                public void afterRollback(Transaction given) {
                    begun.kept.cancel(false);
                    end(begun);
                }
            });
        }
    }

    /// Waits until who subscribes from now on finds the message.
    private void look(Publishing kept, int looks) {
        ActiveMQServer started = server;
        Queue retained = started == null
                ? null
                : started.locateQueue(keptAt(kept.message));
        if (retained == null || looks == 0) {
            end(kept);
            return;
        }
        retained.getExecutor().execute(() -> {
            boolean seen;
            try (var all = retained.iterator()) {
                seen = all.hasNext();
            }
            if (seen) {
                end(kept);
            } else {
                look(kept, looks - 1);
            }
        });
    }

    private static SimpleString keptAt(Message message) {
        return SimpleString.of(MQTTUtil.MQTT_RETAIN_ADDRESS_PREFIX + message.getAddress());
    }

    private synchronized void end(Publishing kept) {
        publishing.remove(kept);
    }

    private void tell(Message message, String client, String filter) {
        ActiveMQServer started = server;
        if (started == null || !started.isStarted()) {
            return;
        }
        try {
            var wildcards = started.getConfiguration().getWildcardConfiguration();
            Queue queue = started.locateQueue(MQTTUtil.getCoreQueueFromMqttTopic(filter, client, wildcards));
            var wanted = SimpleString.of(MQTTUtil.getCoreRetainAddressFromMqttTopic(filter, wildcards));
            if (queue != null && started.bindingQuery(wanted).getQueueNames().contains(keptAt(message))) {
                Message copy = message.copy(started.getStorageManager().generateID());
                copy.putStringProperty(MQTTUtil.MQTT_MESSAGE_RETAIN_INITIAL_DISTRIBUTION_KEY, (String) null);
                MQTTUtil.sendMessageDirectlyToQueue(started.getStorageManager(), started.getPostOffice(), copy, queue,
                        null);
            }
        } catch (Exception e) {
            LOG.warn("who subscribed in the moment of a retained message missed it", e);
        }
    }
}
