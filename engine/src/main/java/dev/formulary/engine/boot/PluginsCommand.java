package dev.formulary.engine.boot;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `formulary plugins`
@Command(name = "plugins", mixinStandardHelpOptions = true, description = "Lists the plug-ins of the running gateway.")
final class PluginsCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--json", description = "print what the gateway says, as JSON")
    private boolean json;

    @Option(names = "--settings", arity = "0..1", fallbackValue = "", paramLabel = "KIND", description = "show what can be set for a kind of provider, or for all kinds")
    private @Nullable String settings;

    PluginsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        String kind = settings;
        return kind == null
                ? new NodeDocument(terminal, "/admin/plugins").print(json, this::table)
                : new NodeDocument(terminal, "/admin/plugins/settings").print(json, kinds -> guide(kinds, kind));
    }

    private int guide(JsonNode kinds, String kind) {
        if (!kind.isEmpty() && !kinds.has(kind)) {
            return terminal.refuse(Exit.NO, "no plug-in serves the kind '" + kind + "'; there are " + String.join(", ",
                    kinds.properties().stream().map(Map.Entry::getKey).toList()));
        }
        kinds.properties().stream().filter(each -> kind.isEmpty() || each.getKey().equals(kind)).forEach(each -> {
            terminal.out().println(each.getKey() + ":");
            each.getValue().forEach(setting -> {
                String preset = setting.path("default").asText();
                terminal.out().println("  " + setting.path("name").asText() + ": " + setting.path("value").asText()
                        + (setting.path("required").asBoolean() ? ", required" : "")
                        + (preset.isEmpty() ? "" : ", preset " + preset));
                terminal.out().println("      " + setting.path("meaning").asText());
            });
        });
        return Exit.OK;
    }

    private int table(JsonNode answer) {
        JsonNode plugins = answer.isArray() ? answer : answer.path("plugins");
        for (JsonNode plugin : plugins) {
            StringJoiner line = new StringJoiner("  ");
            plugin.properties().forEach(entry -> {
                if (entry.getValue().isValueNode() && !entry.getValue().asText().isEmpty()) {
                    line.add(entry.getKey() + "=" + entry.getValue().asText());
                }
            });
            terminal.out().println(line);
        }
        if (plugins.isEmpty()) {
            terminal.out().println("no plug-ins");
        }
        return Exit.OK;
    }
}
