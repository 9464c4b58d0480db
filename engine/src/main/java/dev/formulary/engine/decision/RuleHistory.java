package dev.formulary.engine.decision;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import dev.formulary.engine.disk.DurableFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The last changes of a rules folder, one JSON document a line, in a file. A line that was cut off by a crash is left out.
/// Not thread-safe.
final class RuleHistory {
    /// How many changes are told.
    static final int KEEP = 50;
    private static final Logger LOG = LoggerFactory.getLogger(RuleHistory.class);
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .addModule(new SimpleModule().addSerializer(new Time()).addDeserializer(Instant.class, new TimeReader()))
            .build();

    private final Path file;

    RuleHistory(Path file) {
        this.file = file;
    }

    /// The last changes, the oldest first.
    List<RuleChange> all() {
        List<RuleChange> changes = lines().stream().flatMap(line -> change(line).stream()).toList();
        return changes.subList(Math.max(0, changes.size() - KEEP), changes.size());
    }

    private List<String> lines() {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.isBlank()).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            LOG.warn("the history of the rules can't be read cause={}", e.toString());
            return List.of();
        }
    }

    private static List<RuleChange> change(String line) {
        try {
            return List.of(Objects.requireNonNull(JSON.readValue(line, RuleChange.class)));
        } catch (IOException | RuntimeException e) {
            LOG.warn("a damaged line of the history of the rules is left out length={}", line.length());
            return List.of();
        }
    }

    void add(RuleChange change) throws IOException {
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        String line = JSON.writeValueAsString(change) + "\n";
        if (lines().size() >= 2 * KEEP) {
            var kept = new ArrayList<RuleChange>(all());
            kept.add(change);
            var text = new StringBuilder();
            for (RuleChange one : kept.subList(kept.size() - KEEP, kept.size())) {
                text.append(JSON.writeValueAsString(one)).append('\n');
            }
            DurableFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
        } else {
            DurableFile.append(file, ((endsWithinLine() ? "\n" : "") + line).getBytes(StandardCharsets.UTF_8));
        }
    }

    private boolean endsWithinLine() throws IOException {
        if (!Files.exists(file) || Files.size(file) == 0) {
            return false;
        }
        try (var in = new RandomAccessFile(file.toFile(), "r")) {
            in.seek(in.length() - 1);
            return in.read() != '\n';
        }
    }

    private static final class Time extends StdSerializer<Instant> {
        private static final long serialVersionUID = 1;

        Time() {
            super(Instant.class);
        }

        @Override
        public void serialize(Instant time, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeString(time.toString());
        }
    }

    private static final class TimeReader extends StdDeserializer<Instant> {
        private static final long serialVersionUID = 1;

        TimeReader() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser json, DeserializationContext context) throws IOException {
            try {
                return Instant.parse(json.getText());
            } catch (DateTimeException e) {
                throw new IOException("not a time: " + json.getText(), e);
            }
        }
    }
}
