package dev.formulary.engine.schema;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Schemas that calls may name: a file `NAME-VERSION.json` is the schema `NAME/VERSION`. Files are read when they are asked
/// for, so a changed one holds from the next call on. Thread-safe.
public final class SchemaFolder {
    /// No schema at all.
    public static final SchemaFolder NONE = new SchemaFolder(null);

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}/[0-9]{1,6}");
    private static final long LARGEST = 64 * 1024;
    private static final JsonMapper JSON = new JsonMapper();
    private static final TypeReference<LinkedHashMap<String, @Nullable Object>> PLAIN = new TypeReference<>() {
    };

    private final @Nullable Path folder;

    /// @param folder need not be there; null where there is none
    public SchemaFolder(@Nullable Path folder) {
        this.folder = folder;
    }

    /// A schema by its name.
    ///
    /// @return null when there is none of that name
    /// @throws InvalidSchemaException when its file is too large or holds no JSON object
    public @Nullable Map<String, @Nullable Object> find(String name) throws InvalidSchemaException {
        if (folder == null || !NAME.matcher(name).matches()) {
            return null;
        }
        Path file = folder.resolve(name.replace('/', '-') + ".json");
        try {
            if (!Files.isRegularFile(file)) {
                return null;
            }
            if (Files.size(file) > LARGEST) {
                throw new InvalidSchemaException(file.getFileName() + " is larger than " + LARGEST / 1024 + " KiB");
            }
            return JSON.readValue(Files.readAllBytes(file), PLAIN);
        } catch (IOException e) {
            throw new InvalidSchemaException(file.getFileName() + " can't be read as a JSON object");
        }
    }

    /// All names, in order.
    public SortedSet<String> names() {
        var names = new TreeSet<String>();
        if (folder == null || !Files.isDirectory(folder)) {
            return names;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*-*.json")) {
            for (Path file : files) {
                String stem = file.getFileName().toString().replaceFirst("\\.json$", "");
                int dash = stem.lastIndexOf('-');
                String name = stem.substring(0, dash) + "/" + stem.substring(dash + 1);
                if (NAME.matcher(name).matches()) {
                    names.add(name);
                }
            }
        } catch (IOException e) {
            return names;
        }
        return names;
    }
}
