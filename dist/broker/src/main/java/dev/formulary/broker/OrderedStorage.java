package dev.formulary.broker;

import io.netty.handler.codec.mqtt.MqttPublishMessage;
import java.lang.reflect.Field;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.io.IOCallback;
import org.apache.activemq.artemis.core.io.IOCriticalErrorListener;
import org.apache.activemq.artemis.core.persistence.impl.journal.JournalStorageManager;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTProtocolHandler;
import org.apache.activemq.artemis.utils.ExecutorFactory;
import org.apache.activemq.artemis.utils.critical.CriticalAnalyzer;

/// The journal, where no message to a client waits for the disk. Artemis has every packet to a client wait for what its thread
/// has still to write, and the messages of one queue are sent by several threads: so one could overtake another. A message that
/// goes out has nothing to wait for, as it was written down before its sender was told; all other packets wait as before.
final class OrderedStorage extends JournalStorageManager {
    private static final Field MESSAGE = message();

    OrderedStorage(Configuration configuration, CriticalAnalyzer analyzer, ExecutorFactory executors,
            ScheduledExecutorService timer, ExecutorFactory disk, IOCriticalErrorListener failures) {
        super(configuration, analyzer, executors, timer, disk, failures);
    }

    /// The packet that a callback of the protocol sends.
    private static Field message() {
        try {
            Field field = Class.forName(MQTTProtocolHandler.class.getName() + "$1").getDeclaredField("val$message");
            field.setAccessible(true);
            return field;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("not the Artemis that this is made for", e);
        }
    }

    @Override
    public void afterCompleteOperations(IOCallback callback) {
        if (isMessage(callback)) {
            callback.done();
        } else {
            super.afterCompleteOperations(callback);
        }
    }

    private static boolean isMessage(IOCallback callback) {
        try {
            return callback.getClass() == MESSAGE.getDeclaringClass()
                    && MESSAGE.get(callback) instanceof MqttPublishMessage;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("was made accessible", e);
        }
    }
}
