package dev.formulary.gemini;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// An answer of the vendor and what it says: a file of frames, a line `---`, and events as [Said] writes them.
///
/// @param name of the file
/// @param frames JSON objects, one each
/// @param events what they say
record Recording(String name, List<String> frames, List<String> events) {
    private static final Path FOLDER = Path.of("src/test/resources/answers");

    /// In which form the frames come.
    enum Form {
        /// As the vendor sends a stream.
        EVENTS {
            @Override
            String body(List<String> frames) {
                return joined("", frames, "data: ", "\r\n\r\n", "", "");
            }
        },
        /// As proxies send it on.
        LOOSE_EVENTS {
            @Override
            String body(List<String> frames) {
                return joined("\ufeff: hello\n\ndata:\n\n", frames, "event: message\nid: 7\ndata:", "\n\n", "",
                        "data: [DONE]\n\n");
            }
        },
        /// As the vendor sends a stream without `alt=sse`.
        ARRAY {
            @Override
            String body(List<String> frames) {
                return joined("[", frames, "", "\n", ",\r\n", "]\n");
            }
        };

        abstract String body(List<String> frames);

        private static String joined(String first, List<String> frames, String before, String after, String between,
                String last) {
            return first + String.join(between, frames.stream().map(frame -> before + frame + after).toList()) + last;
        }
    }

    static List<Recording> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().map(Recording::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Recording named(String name) {
        return read(FOLDER.resolve(name + ".txt"));
    }

    private static Recording read(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            int end = lines.indexOf("---");
            return new Recording(file.getFileName().toString().replace(".txt", ""), lines.subList(0, end),
                    lines.subList(end + 1, lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] in(Form form) {
        return form.body(frames).getBytes(StandardCharsets.UTF_8);
    }

    /// Whether the answer breaks off or is none.
    boolean fails() {
        return events.getLast().startsWith("fails ");
    }

    @Override
    public String toString() {
        return name;
    }
}
