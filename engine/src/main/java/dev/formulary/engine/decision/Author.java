package dev.formulary.engine.decision;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds out who changed a rules folder.
final class Author {
    private Author() {}

    /// The manifest's author when the manifest changed as well: he speaks about this change. Else the owner of the changed
    /// file that was written last. Empty when nobody can tell.
    static String of(Path rules, Map<String, byte[]> files, @Nullable Map<String, byte[]> before) {
        Map<String, byte[]> old = before == null ? Map.of() : before;
        String named = Manifest.of(files).author();
        if (!named.isEmpty() && !Arrays.equals(files.get(Manifest.FILE), old.get(Manifest.FILE))) {
            return named;
        }
        RuleChange.Difference difference = RuleDelta.files(old, files);
        List<String> written = new ArrayList<>(difference.added());
        written.addAll(difference.changed());
        Path latest = rules;
        FileTime time = FileTime.fromMillis(0);
        for (String file : written) {
            FileTime modified = modified(rules.resolve(file));
            if (modified.compareTo(time) > 0) {
                latest = rules.resolve(file);
                time = modified;
            }
        }
        return owner(latest);
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    private static String owner(Path path) {
        try {
            return Files.getOwner(path).getName();
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }
}
