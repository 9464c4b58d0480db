package dev.formulary.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// An answer in the shape in which some vendor gives it, and what it says: one event a line, or `!` and the category of the
/// failure. It is two files, the body and beside it, with `.txt` behind its name, what it says.
///
/// @param name of the file with the body; `.json` is a whole answer, all else a stream
/// @param body as it comes
/// @param says as [Heard#lines] writes it
public record Recording(String name, byte[] body, List<String> says) {

    /// All recordings of a folder, by name.
    ///
    /// @throws IOException when one can't be read
    public static List<Recording> all(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            var all = new ArrayList<Recording>();
            for (Path file : files.filter(file -> !file.toString().endsWith(".txt")).sorted().toList()) {
                all.add(of(file));
            }
            return all;
        }
    }

    /// The recording of one file.
    ///
    /// @throws IOException when it can't be read
    public static Recording of(Path file) throws IOException {
        return new Recording(file.getFileName().toString(), Files.readAllBytes(file),
                Files.readAllLines(file.resolveSibling(file.getFileName() + ".txt")));
    }

    /// Whether it is a stream and no whole answer.
    public boolean isStream() {
        return !name.endsWith(".json");
    }

    /// The body torn at one place.
    public byte[][] splitAt(int position) {
        return new byte[][]{Arrays.copyOf(body, position), Arrays.copyOfRange(body, position, body.length)};
    }

    /// The body byte by byte.
    public byte[][] single() {
        byte[][] bytes = new byte[body.length][];
        Arrays.setAll(bytes, at -> new byte[]{body[at]});
        return bytes;
    }

    @Override
    public String toString() {
        return name;
    }
}
