package dev.formulary.engine.house;

import dev.formulary.engine.config.HomeAssistant;
import dev.formulary.engine.mqtt.BrokerRefusalException;
import dev.formulary.engine.mqtt.Messages;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the broker how it stands: what is news at once, mere numbers now and then, everything when the broker or Home
/// Assistant has started anew. What is not so any more is taken away. Never waits; what can't be told now is told later, and
/// of events the latest are kept meanwhile. [#tick] is called by one thread at a time, the rest by any.
public final class Announcer {
    /// Events that wait for the broker.
    static final int MOST_EVENTS = 100;
    /// Messages that the broker has not acknowledged yet.
    static final int MOST_UNDER_WAY = 256;
    private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);

    private final Messages broker;
    private final Topics topics;
    private final HomeAssistant settings;
    private final Duration every;
    private final StateDocuments states;
    private final Discovery discovery;
    private final Retained retained;
    private final Map<String, Sent> sent = new ConcurrentHashMap<>();
    private final Set<String> clearing = ConcurrentHashMap.newKeySet();
    private final Deque<Happening> events = new ArrayDeque<>();
    private final Queue<Happening> returned = new ConcurrentLinkedQueue<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private @Nullable Portrait before;
    private final AtomicInteger connections = new AtomicInteger();
    private volatile boolean connected;
    private volatile boolean anew;

    /// What was last told at a topic.
    private record Sent(String payload, String gist, Instant at, boolean failed) {}

    /// @param every how often numbers that change are told
    /// @param file where it is kept what lies at the broker
    public Announcer(Messages broker, Topics topics, HomeAssistant settings, Duration every, Path file,
            String version) {
        this.broker = broker;
        this.topics = topics;
        this.settings = settings;
        this.every = every;
        states = new StateDocuments(topics);
        discovery = new Discovery(topics, settings, version);
        retained = new Retained(file);
        broker.onConnected(() -> {
            connections.incrementAndGet();
            connected = true;
            again();
        });
    }

    /// Tells all again at the next tick.
    public void again() {
        anew = true;
    }

    /// Tells what has changed. Does not wait.
    ///
    /// @param switched failovers since the last tick
    public void tick(Portrait now, List<Failover> switched) {
        for (Happening each = returned.poll(); each != null; each = returned.poll()) {
            keep(List.of(each));
        }
        keep(Happening.between(before, now));
        keep(switched.stream().map(Failover::happening).toList());
        before = now;
        if (!connected) {
            return;
        }
        if (anew) {
            anew = false;
            sent.clear();
            clearing.clear();
        }
        List<Document> documents = new ArrayList<>(states.of(now));
        Map<String, String> gone = settings.enabled() ? describe(now, documents) : Map.of();
        documents.forEach(each -> retained.addTopic(each.topic()));
        retained.save();
        documents.forEach(each -> tell(each, now.at(), gone));
        remove(documents);
        tellEvents();
    }

    /// Adds the message for Home Assistant.
    ///
    /// @return entities that it takes away, platforms by their keys
    private Map<String, String> describe(Portrait now, List<Document> documents) {
        Map<String, Map<String, Object>> components = discovery.components(now);
        var gone = new TreeMap<String, String>();
        retained.entities().forEach((key, platform) -> {
            if (!components.containsKey(key)) {
                gone.put(key, platform);
            }
        });
        components.forEach((key, component) -> retained.addEntity(key, String.valueOf(component.get("platform"))));
        // first: Home Assistant has to know an entity before it heeds its state
        documents.addFirst(discovery.document(components, gone));
        return gone;
    }

    private void tell(Document document, Instant now, Map<String, String> gone) {
        String topic = document.topic();
        Sent last = sent.get(topic);
        boolean due = last == null || !last.at().plus(every).isAfter(now);
        boolean news = last == null || (!last.failed() && !last.gist().equals(document.gist()));
        boolean other = last == null || last.failed() || !last.payload().equals(document.payload());
        if (!(news || (due && other)) || underWay.get() >= MOST_UNDER_WAY) {
            return;
        }
        clearing.remove(topic);
        sent.put(topic, new Sent(document.payload(), document.gist(), now, false));
        var _ = publish(topic, document.payload(), true).thenAccept(told -> {
            if (told != Told.DONE) {
                sent.put(topic, new Sent("", "", now, true));
            } else if (topic.equals(topics.discovery())) {
                gone.keySet().forEach(retained::removeEntity);
            }
        });
    }

    /// An empty retained message removes the one before; for Home Assistant it removes the device.
    private void remove(List<Document> documents) {
        Set<String> stale = new HashSet<>(retained.topics());
        documents.forEach(each -> stale.remove(each.topic()));
        for (String topic : stale) {
            if (underWay.get() < MOST_UNDER_WAY && clearing.add(topic)) {
                sent.remove(topic);
                var _ = publish(topic, "", true).thenAccept(told -> {
                    if (clearing.remove(topic) && told == Told.DONE) {
                        retained.removeTopic(topic);
                    }
                });
            }
        }
        if (!settings.enabled()) {
            retained.entities().keySet().forEach(retained::removeEntity);
        }
    }

    private void keep(List<Happening> happened) {
        for (Happening each : happened) {
            if (events.size() >= MOST_EVENTS) {
                events.removeFirst();
                LOG.warn("an event was not told to the broker in time, the oldest is left out most={}", MOST_EVENTS);
            }
            events.addLast(each);
        }
    }

    private void tellEvents() {
        while (!events.isEmpty() && underWay.get() < MOST_UNDER_WAY) {
            Happening event = events.removeFirst();
            var _ = publish(topics.events(event.about()), event.payload(), false).thenAccept(told -> {
                if (told == Told.LOST) {
                    returned.add(event);
                }
            });
        }
    }

    /// What became of a message.
    private enum Told {
        /// The broker has it.
        DONE,
        /// The broker does not take it.
        REFUSED,
        /// There is no connection.
        LOST
    }

    private CompletableFuture<Told> publish(String topic, String payload, boolean retain) {
        int connection = connections.get();
        underWay.incrementAndGet();
        return broker.publish(topic, payload.getBytes(StandardCharsets.UTF_8), retain)
                .handle((_, failure) -> {
                    underWay.decrementAndGet();
                    return failure == null ? Told.DONE : told(topic, failure, connection);
                });
    }

    /// A connection that was lost is there again when it is said so, and not before.
    private Told told(String topic, Throwable failure, int connection) {
        LOG.debug("not told topic={} cause={}", topic, failure.toString());
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
        if (cause instanceof BrokerRefusalException) {
            return Told.REFUSED;
        }
        if (connection == connections.get()) {
            connected = false;
        }
        return Told.LOST;
    }
}
