package dev.formulary.engine.house;

import dev.formulary.engine.disk.SavedLines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What lies at the broker of ours, and which entities Home Assistant has: kept over a restart, so that it can be taken away
/// when it is not so any more. A line each, with tabs between its fields: `topic` and the topic, or `entity`, its key and its
/// platform. It is written down before it is published. Thread-safe but for [#save].
final class Retained {
    private static final Logger LOG = LoggerFactory.getLogger(Retained.class);
    private static final String TOPIC = "topic";
    private static final String ENTITY = "entity";

    private final SavedLines saved;
    private final Set<String> topics = ConcurrentHashMap.newKeySet();
    private final Map<String, String> entities = new ConcurrentHashMap<>();

    Retained(Path file) {
        saved = new SavedLines(file, "what lies at the broker");
        try {
            saved.read().forEach(this::restore);
        } catch (IOException e) {
            LOG.warn("what lies at the broker is not known any more file={} cause={}", file, e.toString());
        }
    }

    private void restore(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length == 2 && fields[0].equals(TOPIC)) {
            topics.add(fields[1]);
        } else if (fields.length == 3 && fields[0].equals(ENTITY)) {
            entities.put(fields[1], fields[2]);
        }
    }

    Set<String> topics() {
        return new TreeSet<>(topics);
    }

    /// Platforms by the keys of entities.
    Map<String, String> entities() {
        return new TreeMap<>(entities);
    }

    void addTopic(String topic) {
        topics.add(topic);
    }

    void removeTopic(String topic) {
        topics.remove(topic);
    }

    void addEntity(String key, String platform) {
        entities.put(key, platform);
    }

    void removeEntity(String key) {
        entities.remove(key);
    }

    /// Writes it down, unless nothing changed.
    void save() {
        saved.save(Stream.concat(topics().stream().map(topic -> TOPIC + "\t" + topic),
                entities().entrySet().stream().map(each -> ENTITY + "\t" + each.getKey() + "\t" + each.getValue()))
                .toList());
    }
}
