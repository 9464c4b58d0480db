package dev.formulary.engine.boot;

import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.config.ModelCatalogue;
import dev.formulary.engine.config.ModelCatalogue.Measured;
import dev.formulary.engine.disk.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/// The catalogue `measured.yaml`, into which grades are written, a line a model. Whatever else stands in it stays as it is.
final class MeasuredFile {
    static final String NAME = "measured.yaml";
    private static final String SHOWN = "conf/models/" + NAME;
    private static final Pattern VERSION = Pattern.compile("version:.*");
    private static final String HEAD = "measured:";
    private static final String NEW = """
        # What formulary grade measured of models; the line of a model is written anew each time. A grade is ten times the share of
        # safe answers, low and high are its 95 % interval. Rules compare it as a candidate's safety.
        version: DAY
        measured:
        """;

    private final Path file;

    /// @param folder `conf/models`
    MeasuredFile(Path folder) {
        file = folder.resolve(NAME);
    }

    /// Writes a grade in the place of the model's earlier one.
    ///
    /// @throws ConfigurationException when the file is broken; it is left as it is
    /// @throws IOException when it can't be written, or has a form into which no line can be put
    void write(String model, Measured grade) throws IOException, ConfigurationException {
        boolean fresh = !Files.exists(file);
        String before = fresh ? NEW.replace("DAY", grade.day().toString()) : Files.readString(file);
        ModelCatalogue known = fresh
                ? new ModelCatalogue(grade.day(), "", null, List.of(), Map.of())
                : ModelCatalogue.parse(before, SHOWN);
        LocalDate version = known.version().isAfter(grade.day()) ? known.version() : grade.day();
        String after = with(before, version, model, grade);
        var expected = new HashMap<>(known.measured());
        expected.put(model, grade);
        if (!isSo(after, new ModelCatalogue(version, known.source(), known.goodUntil(), known.vendors(), expected))) {
            throw new IOException(
                    SHOWN + " has a form into which the grade can't be put; under 'measured:' each model must "
                            + "have a line of its own:\n" + line(model, grade));
        }
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        DurableFile.write(file, after.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isSo(String text, ModelCatalogue expected) {
        try {
            return ModelCatalogue.parse(text, SHOWN).equals(expected);
        } catch (ConfigurationException e) {
            return false;
        }
    }

    private static String with(String before, LocalDate version, String model, Measured grade) {
        List<String> lines = new ArrayList<>(before.lines().toList());
        lines.replaceAll(line -> VERSION.matcher(line).matches() ? "version: " + version : line);
        String line = line(model, grade);
        String beginning = line.substring(0, line.indexOf('{'));
        int old = -1;
        for (int i = 0; i < lines.size(); i++) {
            old = lines.get(i).startsWith(beginning) ? i : old;
        }
        if (old >= 0) {
            lines.set(old, line);
        } else if (lines.contains(HEAD)) {
            lines.add(lines.indexOf(HEAD) + 1, line);
        } else {
            lines.addAll(List.of(HEAD, line));
        }
        return String.join("\n", lines) + "\n";
    }

    private static String line(String model, Measured grade) {
        return String.format(Locale.ROOT,
                "  \"%s\": { safety: %s, low: %s, high: %s, answers: %d, set: \"%s\", day: %s }",
                model.replace("\\", "\\\\").replace("\"", "\\\""), grade.safety(), grade.low(), grade.high(),
                grade.answers(), grade.set(), grade.day());
    }
}
