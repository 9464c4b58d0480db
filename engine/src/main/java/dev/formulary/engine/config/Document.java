package dev.formulary.engine.config;

import java.util.Map;
import java.util.function.Function;

/// A file of its own, in which no variables of the environment are replaced.
final class Document {
    private Document() {}

    /// Reads all of it.
    ///
    /// @param name how the file is called in complaints
    /// @throws ConfigurationException with all that is wrong
    static <T> T read(String text, String name, Function<Section, T> reader) throws ConfigurationException {
        var complaints = new Complaints(name);
        Node.Mapping root = Tree.read(text, new Placeholders(Map.of()), complaints);
        complaints.throwIfAny();
        T read = Section.read("", root, complaints, reader);
        complaints.throwIfAny();
        return read;
    }
}
