package dev.formulary.engine.boot;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `formulary keys`
@Command(name = "keys", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "[COMMAND]", description = "Lists, makes, rotates and revokes keys of clients and operators. A running gateway follows at once; where it asks for an admin key, it is taken from FORMULARY_ADMIN_KEY.")
final class KeysCommand implements Callable<Integer> {
    private final Terminal terminal;

    private KeysCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    static CommandLine of(Terminal terminal) {
        return new CommandLine(new KeysCommand(terminal)).addSubcommand(new KeyList(terminal))
                .addSubcommand(new KeyShow(terminal)).addSubcommand(new KeyCreate(terminal))
                .addSubcommand(new KeyRotate(terminal)).addSubcommand(new KeyRevoke(terminal));
    }

    @Override
    public Integer call() throws IOException {
        return new KeyList(terminal).call();
    }

    private static void print(Terminal terminal, JsonNode key) {
        key.properties().stream().filter(each -> !each.getKey().equals("key") && !each.getKey().equals("shown"))
                .forEach(each -> terminal.out().println("%-10s %s".formatted(each.getKey(), text(each.getValue()))));
    }

    private static String text(JsonNode value) {
        return value.isArray()
                ? String.join(", ", value.valueStream().map(JsonNode::asText).toList())
                : value.isObject()
                        ? String.join(", ", value.propertyStream()
                                .map(each -> each.getKey() + "=" + each.getValue().asText()).toList())
                        : value.asText();
    }

    /// The secret alone on the first line, so that it can be put into a file or a variable.
    private static void secret(Terminal terminal, JsonNode key) {
        terminal.out().println(key.path("key").asText());
        terminal.err().println("this is the only time that the key is shown; only its hash is kept");
        terminal.err().flush();
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists all keys, without their secrets.")
    static final class KeyList implements Callable<Integer> {
        private static final String LINE = "%-24s %-8s %-8s %-20s %s";
        private final Terminal terminal;

        @Option(names = "--json", description = "as the management API gives it")
        private boolean json;

        KeyList(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException {
            return new KeyWork(terminal).run(KeyDesk.KEYS, null, KeyDesk::list, this::show);
        }

        private void show(JsonNode keys) {
            if (json) {
                terminal.out().println(keys.toPrettyString());
                return;
            }
            terminal.out().println(LINE.formatted("NAME", "STATE", "ROLE", "TENANT", "SOURCE"));
            keys.forEach(key -> terminal.out().println(LINE.formatted(key.path("name").asText(),
                    key.path("state").asText(), key.path("role").asText("-"), key.path("tenant").asText("-"),
                    key.path("source").asText())));
        }
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows one key, without its secret.")
    static final class KeyShow implements Callable<Integer> {
        private final Terminal terminal;
        private boolean found;

        @Parameters(paramLabel = "NAME|ID", description = "which one")
        private String name = "";

        KeyShow(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException {
            int code = new KeyWork(terminal).run(KeyDesk.KEYS, null, KeyDesk::list, this::show);
            return code != Exit.OK || found
                    ? code
                    : terminal.refuse(Exit.NO, "there is no such key; see: formulary keys list");
        }

        private void show(JsonNode keys) {
            for (JsonNode key : keys) {
                if (key.path("name").asText().equals(name) || key.path("id").asText().equals(name)) {
                    if (found) {
                        terminal.out().println();
                    }
                    found = true;
                    print(terminal, key);
                }
            }
        }
    }

    @Command(name = "create", mixinStandardHelpOptions = true, description = "Makes a key, and prints it: the only time that it is shown.")
    static final class KeyCreate implements Callable<Integer> {
        private final Terminal terminal;

        @Parameters(paramLabel = "NAME", description = "how it is called in logs, decisions and commands")
        private String name = "";

        @Option(names = "--role", paramLabel = "ROLE", description = "makes an admin key: read, operate or admin")
        private @Nullable String role;

        @Option(names = "--tenant", paramLabel = "NAME", description = "who pays; preset: default")
        private @Nullable String tenant;

        @Option(names = "--pool", paramLabel = "NAME", description = "keys of one pool can share a limit")
        private @Nullable String pool;

        @Option(names = "--label", paramLabel = "WORD", description = "a word for the rules; may be repeated")
        private List<String> labels = List.of();

        @Option(names = "--model", paramLabel = "MODEL", description = "a model that it may use, * for any characters: ollama/*; may be repeated; preset: all")
        private List<String> models = List.of();

        @Option(names = "--limit", paramLabel = "LIMIT", description = "such as '60 requests/minute' or '100000 tokens/day'; may be repeated")
        private List<String> limits = List.of();

        @Option(names = "--default", paramLabel = "FACT=WORD", description = "a fact that holds unless a call declares another; may be repeated")
        private List<String> defaults = List.of();

        @Option(names = "--fixed", paramLabel = "FACT=WORD", description = "a fact that holds always, such as privacy=local; may be repeated")
        private List<String> fixed = List.of();

        @Option(names = "--expires", paramLabel = "WHEN", description = "after a time (30d), or on a day (2030-01-31)")
        private @Nullable String expires;

        @Option(names = "--note", paramLabel = "TEXT", description = "for people")
        private @Nullable String note;

        @Option(names = "--json", description = "as the management API gives it")
        private boolean json;

        KeyCreate(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException {
            Map<String, String> said = new LinkedHashMap<>();
            said.put("name", name);
            put(said, "role", role);
            put(said, "tenant", tenant);
            put(said, "pool", pool);
            put(said, "labels", labels);
            put(said, "models", models);
            put(said, "limits", limits);
            put(said, "defaults", defaults);
            put(said, "fixed", fixed);
            put(said, "expires", expires);
            put(said, "note", note);
            return new KeyWork(terminal).run(KeyDesk.CREATE, said, desk -> desk.create(said), key -> {
                if (json) {
                    terminal.out().println(key.toPrettyString());
                } else {
                    secret(terminal, key);
                }
            });
        }

        private static void put(Map<String, String> said, String member, @Nullable String value) {
            if (value != null) {
                said.put(member, value);
            }
        }

        private static void put(Map<String, String> said, String member, List<String> values) {
            if (!values.isEmpty()) {
                said.put(member, String.join(", ", values));
            }
        }
    }

    @Command(name = "rotate", mixinStandardHelpOptions = true, description = "Gives a key another secret, and prints it: the only time that it is shown.")
    static final class KeyRotate implements Callable<Integer> {
        private final Terminal terminal;

        @Parameters(paramLabel = "NAME|ID", description = "which one")
        private String name = "";

        @Option(names = "--keep", paramLabel = "TIME", description = "how long the one of before is good, too, such as 1h; preset: not at all")
        private @Nullable String keep;

        KeyRotate(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException {
            Map<String, String> said = keep == null ? Map.of("name", name) : Map.of("name", name, "keep", keep);
            return new KeyWork(terminal).run(KeyDesk.ROTATE, said, desk -> desk.rotate(said),
                    key -> secret(terminal, key));
        }
    }

    @Command(name = "revoke", mixinStandardHelpOptions = true, description = "Takes a key away: the next call with it is refused.")
    static final class KeyRevoke implements Callable<Integer> {
        private final Terminal terminal;

        @Parameters(paramLabel = "NAME|ID", description = "which one")
        private String name = "";

        KeyRevoke(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException {
            Map<String, String> said = Map.of("name", name);
            return new KeyWork(terminal).run(KeyDesk.REVOKE, said, desk -> desk.revoke(said),
                    key -> terminal.out().println("the key '" + key.path("name").asText() + "' is revoked"));
        }
    }
}
