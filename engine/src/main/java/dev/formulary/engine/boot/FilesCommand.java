package dev.formulary.engine.boot;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `formulary files`
@Command(name = "files", mixinStandardHelpOptions = true, description = "Shows how far the files of the inbox are: those at work, then those that ended last.")
final class FilesCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--json", description = "print what the gateway says, as JSON")
    private boolean json;

    FilesCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return new NodeDocument(terminal, "/admin/files").print(json, this::list);
    }

    private int list(JsonNode files) {
        files.path("working").forEach(file -> terminal.out().println(line(file)));
        files.path("latest").forEach(file -> terminal.out().println(line(file)));
        if (files.path("working").isEmpty() && files.path("latest").isEmpty()) {
            terminal.out().println("no files");
        }
        return Exit.OK;
    }

    private static String line(JsonNode file) {
        String state = file.path("state").asText();
        var line = new StringJoiner(", ", "%-8s %s  ".formatted(state, file.path("file").asText()), "");
        line.add(file.path("done").asLong() + (file.has("total") ? " of " + file.path("total").asLong() : "")
                + " answered");
        if (file.path("failed").asLong() > 0) {
            line.add(file.path("failed").asLong() + " of them errors");
        }
        if (state.equals("working") && file.path("bytes_total").asLong() > 0) {
            line.add(file.path("bytes_done").asLong() * 100 / file.path("bytes_total").asLong() + " % of the file");
        }
        if (file.has("per_second")) {
            line.add(file.path("per_second").asText() + " a second");
        }
        if (file.has("expected_end")) {
            line.add("ends about " + file.path("expected_end").asText());
        }
        if (file.has("reason")) {
            line.add(file.path("reason").asText());
        }
        return line.toString();
    }
}
