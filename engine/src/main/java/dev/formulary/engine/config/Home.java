package dev.formulary.engine.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The folder with all that belongs to one gateway: `conf/ rules/ routes/ plugins/ data/ logs/`.
///
/// @param folder absolute
public record Home(Path folder) {
    private static final List<String> SHIPPED = List.of("conf", "rules", "routes");
    private static final List<String> EMPTY = List.of("plugins", "data/inbox", "data/outbox", "data/done",
            "data/failed", "logs", "cache");

    /// Finds the folder: `FORMULARY_HOME`, else what the launcher chose, else `.formulary` in the user's own folder.
    ///
    /// @param launcher what the launcher chose, or null
    /// @param user the user's own folder
    public static Home find(Map<String, String> env, @Nullable String launcher, Path user) {
        String named = env.getOrDefault("FORMULARY_HOME", "");
        Path folder = !named.isEmpty()
                ? Path.of(named)
                : launcher != null ? Path.of(launcher) : user.resolve(".formulary");
        return new Home(folder.toAbsolutePath().normalize());
    }

    /// Makes what is not there. A folder that is there is left as it is, so that what was deleted stays away; only
    /// shipped plug-ins that nobody changed follow the archive.
    ///
    /// @param share the shipped `conf/`, `rules/` and `routes/`, or null when there are none
    /// @param plugins the shipped plug-ins, or null when there are none
    /// @throws IOException when it cannot be written; the message is for the user
    public void prepare(@Nullable Path share, @Nullable Path plugins) throws IOException {
        try {
            for (String name : SHIPPED) {
                Path shipped = share == null ? null : share.resolve(name);
                if (shipped != null && Files.isDirectory(shipped)) {
                    Shipped.copyOnce(shipped, folder.resolve(name));
                }
                Files.createDirectories(folder.resolve(name));
            }
            for (String name : EMPTY) {
                Files.createDirectories(folder.resolve(name));
            }
            if (plugins != null) {
                Shipped.follow(plugins, plugins());
            }
        } catch (IOException e) {
            throw new IOException("cannot write the home folder " + folder + ": " + reason(e)
                    + "; make it writable or set FORMULARY_HOME to another folder", e);
        }
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName().replace("Exception", "") + " " + e.getMessage();
    }

    /// The configuration file; it need not be there.
    public Path configuration() {
        return folder.resolve(Configuration.FILE);
    }

    /// The catalogues of models.
    public Path catalogues() {
        return folder.resolve("conf").resolve("models");
    }

    /// The rule set.
    public Path rules() {
        return folder.resolve("rules");
    }

    /// The Camel routes.
    public Path routes() {
        return folder.resolve("routes");
    }

    /// The plug-ins.
    public Path plugins() {
        return folder.resolve("plugins");
    }

    /// What the gateway keeps, with `inbox/ outbox/ done/ failed/`.
    public Path data() {
        return folder.resolve("data");
    }

    /// The keys that were issued; it is there once one was.
    public Path keys() {
        return data().resolve("keys.jsonl");
    }

    /// Whether keys were issued, of whichever kind.
    boolean issuesKeys() {
        return Files.exists(keys());
    }

    /// The log files.
    public Path logs() {
        return folder.resolve("logs");
    }

    /// What can be made again at any time.
    public Path cache() {
        return folder.resolve("cache");
    }
}
