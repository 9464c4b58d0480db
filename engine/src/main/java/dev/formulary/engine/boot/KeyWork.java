package dev.formulary.engine.boot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.admin.AdminJson;
import dev.formulary.engine.config.Configuration;
import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.context.Assessor;
import dev.formulary.engine.keys.KeyRefusedException;
import dev.formulary.engine.keys.KeyToken;
import dev.formulary.engine.store.AuditLog;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Works on keys: by asking the gateway that uses the home folder, or on its files while none does.
record KeyWork(Terminal terminal) {
    private static final JsonMapper JSON = new JsonMapper();

    /// What is done on the files.
    interface OnFiles {
        Object done(KeyDesk desk) throws KeyRefusedException, IOException;
    }

    /// Does one thing.
    ///
    /// @param path of the management API
    /// @param said null to look only
    /// @param show what came of it
    /// @return the exit code
    int run(String path, @Nullable Map<String, String> said, OnFiles onFiles, Consumer<JsonNode> show)
            throws IOException {
        Home home = terminal.home();
        if (!Files.isDirectory(home.data())) {
            return terminal.refuse(Exit.USAGE, "there is no home folder " + home.folder()
                    + "; make it with: formulary run");
        }
        try (FileLock lock = RunningNode.claim(home)) {
            Settings settings = Configuration.load(home.folder(), terminal.env());
            return lock == null
                    ? ask(NodeClient.of(home, settings, terminal.env()), path, said, show)
                    : inFiles(home, settings, path, said, onFiles, show);
        } catch (ConfigurationException e) {
            return terminal.refuse(Exit.USAGE, e.getMessage());
        }
    }

    private int inFiles(Home home, Settings settings, String path, @Nullable Map<String, String> said, OnFiles onFiles,
            Consumer<JsonNode> show) throws IOException {
        Clock clock = Clock.systemUTC();
        String outcome = "refused";
        try {
            var desk = new KeyDesk(settings, Custody.store(settings, home, clock), new Assessor(false), clock);
            Object done = onFiles.done(desk);
            outcome = "done";
            show.accept(JSON.readTree(AdminJson.write(done)));
            return Exit.OK;
        } catch (KeyRefusedException e) {
            return terminal.refuse(Exit.NO, String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            outcome = "";
            return terminal.refuse(Exit.USAGE, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            outcome = "failed";
            return terminal.refuse(Exit.NO, String.valueOf(e.getMessage()));
        } finally {
            if (said != null && !outcome.isEmpty()) {
                var about = new TreeMap<>(said);
                about.remove("note");
                about.replaceAll((_, value) -> KeyToken.masked(value));
                Custody.audit(home, clock).add(new AuditLog.Entry("user "
                        + terminal.properties().getProperty("user.name", ""), "",
                        path.substring("/admin/".length()), outcome, about));
            }
        }
    }

    private int ask(NodeClient node, String path, @Nullable Map<String, String> said, Consumer<JsonNode> show) {
        try {
            NodeClient.Reply reply = said == null ? node.manage(path) : node.change(path, AdminJson.write(said));
            JsonNode answer = JSON.readTree(reply.body());
            if (!reply.isOk()) {
                return terminal.refuse(reply.status() == 400 ? Exit.USAGE : Exit.NO,
                        answer.at("/error/message").asText(reply.body()) + (reply.status() == 401
                                ? "; put one into the environment as FORMULARY_ADMIN_KEY"
                                : ""));
            }
            show.accept(answer);
            return Exit.OK;
        } catch (JsonProcessingException e) {
            return terminal.refuse(Exit.NO, node.management() + " answered something that is not JSON");
        } catch (IOException e) {
            return terminal.refuse(Exit.NO, "a gateway uses the home folder and does not answer at "
                    + node.management() + "; try again");
        }
    }
}
