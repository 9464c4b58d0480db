package dev.formulary.engine.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttTopic;
import com.hivemq.client.mqtt.datatypes.MqttTopicFilter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// Who waits for what. Thread-safe.
final class Listeners {
    private final List<Listener> all = new CopyOnWriteArrayList<>();

    /// Who waits for a topic.
    ///
    /// @param filter as it was asked for, perhaps `$share/GROUP/TOPIC`
    /// @param fits what messages have as their topic: of a shared one all that follows `$share/GROUP/`
    /// @param asks whether what comes there is a question for this node
    /// @param retained whether to get what is retained there
    record Listener(String filter, MqttTopicFilter fits, boolean asks, boolean retained, Taker taker) {
        Listener(String filter, boolean asks, boolean retained, Taker taker) {
            this(filter, MqttTopicFilter.of(MqttLink.unshared(filter)), asks, retained, taker);
        }

        private boolean names(String topic) {
            return fits.toString().equals(topic);
        }
    }

    void add(Listener listener) {
        all.addFirst(listener);
    }

    void remove(Listener listener) {
        all.remove(listener);
    }

    /// Whether anybody waits for anything.
    boolean any() {
        return !all.isEmpty();
    }

    /// The topics where questions come in, as they were asked for.
    List<String> questions() {
        return all.stream().filter(Listener::asks).map(Listener::filter).distinct().sorted().toList();
    }

    /// Who gets what comes to a topic: the latest that names it exactly, else the latest whose pattern it fits.
    @Nullable
    Listener find(String topic) {
        Listener pattern = null;
        MqttTopic parsed = MqttTopic.of(topic);
        for (Listener each : all) {
            if (each.names(topic)) {
                return each;
            }
            if (pattern == null && each.fits.matches(parsed)) {
                pattern = each;
            }
        }
        return pattern;
    }

    /// The fewest filters that bring all that anyone waits for, with whether to get what is retained there: a broker may send
    /// a message once for each filter that it matches. A shared subscription stands for itself: what others get of it no
    /// other filter brings.
    Map<String, Boolean> wanted() {
        Map<String, Boolean> wanted = new TreeMap<>();
        for (Listener each : all) {
            MqttTopicFilter filter = MqttTopicFilter.of(each.filter);
            boolean covered = !filter.isShared() && all.stream().map(other -> MqttTopicFilter.of(other.filter))
                    .anyMatch(other -> !other.isShared() && !other.equals(filter) && other.matches(filter));
            if (!covered) {
                wanted.merge(each.filter, each.retained, Boolean::logicalOr);
            }
        }
        return wanted;
    }
}
