package dev.formulary.engine.boot;

import dev.formulary.engine.decision.Formatter;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `formulary rules fmt`
@Command(name = "fmt", mixinStandardHelpOptions = true, description = "Formats rule files (*.drl). Scenarios, tables and word lists are left as they are; so is a file that does not parse.")
final class RulesFormatCommand implements Callable<Integer> {
    private final Terminal terminal;
    private int changed;
    private int wrong;

    @Parameters(arity = "0..*", paramLabel = "FOLDER|FILE", description = "what to format; default: rules in the home folder")
    private List<Path> paths = new ArrayList<>();

    @Option(names = "--check", description = "change nothing, and end with 1 when something would change")
    private boolean check;

    RulesFormatCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (paths.isEmpty()) {
            paths.add(terminal.home().rules());
        }
        for (Path path : paths) {
            if (!Files.exists(path)) {
                return terminal.refuse(Exit.USAGE, "there is no file or folder " + path);
            }
        }
        for (Path path : paths) {
            for (Path file : files(path)) {
                format(file);
            }
        }
        return wrong > 0 || (check && changed > 0) ? Exit.NO : Exit.OK;
    }

    private static List<Path> files(Path path) throws IOException {
        try (Stream<Path> all = Files.walk(path)) {
            return all.filter(file -> Formatter.formats(file.toString()) && !hidden(path.relativize(file))
                    && Files.isRegularFile(file)).sorted().toList();
        }
    }

    private static boolean hidden(Path path) {
        for (Path name : path) {
            if (name.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    private void format(Path file) throws IOException {
        String before;
        try {
            before = Files.readString(file);
        } catch (CharacterCodingException e) {
            wrong++;
            terminal.refuse(Exit.NO, file + " is not UTF-8 and was left as it is");
            return;
        }
        Formatter.Formatted formatted = Formatter.format(file.toString().replace('\\', '/'), before);
        wrong += formatted.problems().isEmpty() ? 0 : 1;
        formatted.problems().forEach(problem -> terminal.refuse(Exit.NO, problem.toString()));
        if (!formatted.text().equals(before)) {
            changed++;
            terminal.out().println((check ? "would format " : "formatted ") + file);
            if (!check) {
                write(file.toRealPath(), formatted.text());
            }
        }
    }

    /// A gateway that reads the folder meanwhile sees the file as it was or as it will be.
    private static void write(Path file, String text) throws IOException {
        Path aside = file.resolveSibling("." + file.getFileName() + ".part");
        Files.copy(file, aside, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(aside, text);
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
