package dev.formulary.engine.route;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file `NAME.progress` beside the answers: one JSON object, there as a whole or not at all. That it can't be written
/// keeps nothing from being answered. Not thread-safe.
final class ProgressFile {
    private static final Logger LOG = LoggerFactory.getLogger(ProgressFile.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final Path draft;
    private boolean failing;

    /// @param outbox the folder of the answers
    /// @param name of the input
    ProgressFile(Path outbox, String name) {
        file = outbox.resolve(name + ".progress");
        draft = outbox.resolve("." + name + ".progress");
    }

    /// Writes how a file stands.
    ///
    /// @param last whether this is the end of it: then what was written before does not stay where this can't be
    void write(Map<String, Object> document, boolean last) {
        try {
            Files.write(draft, JSON.writeValueAsBytes(document));
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                LOG.warn("progress can't be written, answering goes on file={} reason={}", file.getFileName(),
                        e.toString());
            }
            failing = true;
            remove(draft);
            if (last) {
                remove(file);
            }
        }
    }

    private static void remove(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.debug("not deleted file={}", path.getFileName(), e);
        }
    }
}
