package dev.formulary.engine.decision;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.formulary.engine.config.Nearest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the authors of a rule set say about it: the file `manifest.yaml` in the rules folder. Immutable.
///
/// Every member is text and empty when the file does not say it; a set without the file has an empty manifest.
///
/// @param name of the rule set
/// @param version of the rule set, in whatever form its authors count
/// @param author who made the last change
/// @param owner who answers for the rule set
/// @param changed what changed, in words
public record Manifest(String name, String version, String author, String owner, String changed) {
    /// Nobody said anything.
    public static final Manifest NONE = new Manifest("", "", "", "", "");

    public static final String FILE = "manifest.yaml";
    private static final List<String> KEYS = List.of("name", "version", "author", "owner", "changed");
    private static final int LONGEST = 2_000;

    /// The manifest among the files of a rules folder.
    static Manifest of(Map<String, byte[]> files) {
        return new Reader().read(files.get(FILE));
    }

    /// What is wrong with the manifest among the files of a rules folder.
    static Companion.Prepared check(Map<String, byte[]> files) {
        var reader = new Reader();
        reader.read(files.get(FILE));
        return new Companion.Prepared(reader.problems, () -> {});
    }

    /// Those companions and the manifest.
    static List<Companion> with(List<Companion> companions) {
        return Stream.concat(Stream.<Companion>of(Manifest::check), companions.stream()).toList();
    }

    /// `name version by author`, without what is not said.
    @Override
    public String toString() {
        String known = (name + " " + version).strip();
        return author.isEmpty() ? known : (known + " by " + author).strip();
    }

    private static final class Reader {
        private final List<Problem> problems = new ArrayList<>();
        private final Map<String, String> said = new HashMap<>();

        Manifest read(byte @Nullable [] file) {
            if (file == null) {
                return NONE;
            }
            try (YAMLParser parser = new YAMLFactory().createParser(new String(file, StandardCharsets.UTF_8))) {
                document(parser);
            } catch (JsonProcessingException e) {
                complain(e.getLocation(), "not YAML: " + e.getOriginalMessage().lines().findFirst().orElse(""));
            } catch (IOException e) {
                complain(null, "can't be read: " + e.getMessage());
            }
            return new Manifest(text("name"), text("version"), text("author"), text("owner"), text("changed"));
        }

        private String text(String key) {
            return said.getOrDefault(key, "");
        }

        private void document(YAMLParser parser) throws IOException {
            JsonToken first = parser.nextToken();
            if (first == null || first == JsonToken.VALUE_NULL) {
                return;
            }
            if (first != JsonToken.START_OBJECT) {
                complain(parser.currentTokenLocation(), "a manifest holds lines such as 'version: 1.2'");
                return;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                entry(parser);
            }
            if (parser.nextToken() != null) {
                complain(parser.currentTokenLocation(), "a manifest has one document, keep one");
            }
        }

        private void entry(YAMLParser parser) throws IOException {
            String key = parser.currentName();
            JsonLocation place = parser.currentTokenLocation();
            JsonToken value = parser.nextToken();
            if (!KEYS.contains(key)) {
                String meant = Nearest.to(key, KEYS);
                complain(place, "'" + key + "' is not known" + (meant == null ? "" : ", did you mean '" + meant + "'?")
                        + (meant == null ? "; a manifest has " + String.join(", ", KEYS) : ""));
            } else if (value == JsonToken.START_OBJECT || value == JsonToken.START_ARRAY) {
                complain(place, "'" + key + "' must be text");
            } else if (value != JsonToken.VALUE_NULL) {
                take(key, place, Objects.requireNonNullElse(parser.getText(), "").strip());
            }
            parser.skipChildren();
        }

        private void take(String key, JsonLocation place, String text) {
            if (text.length() > LONGEST) {
                complain(place, "'" + key + "' may have " + LONGEST + " characters, it has " + text.length());
            } else if (said.putIfAbsent(key, text) != null) {
                complain(place, "'" + key + "' stands here for the second time");
            }
        }

        private void complain(@Nullable JsonLocation place, String message) {
            problems.add(new Problem(FILE, place == null ? 0 : Math.max(1, place.getLineNr()),
                    place == null ? 0 : Math.max(1, place.getColumnNr()), "", message));
        }
    }
}
