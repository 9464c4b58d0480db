package dev.formulary.engine.boot;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.engine.config.Configuration;
import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.Versions;
import java.io.IOException;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `formulary config rollback`
@Command(name = "rollback", mixinStandardHelpOptions = true, description = "Puts an earlier version back into conf/formulary.yaml; what stands there is kept.")
final class ConfigRollbackCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "HASH|N", arity = "0..1", description = "the first digits of a hash, or a number of: formulary config history; without it the version that served before")
    private String target = "";

    ConfigRollbackCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        var back = new PutBack(terminal, ConfigurationDesk.ROLLBACK, target);
        return back.run(home -> inFile(file(home), back.user()), home -> NodeClient.of(home, settings(file(home)),
                terminal.env()),
                this::told);
    }

    private ConfigurationFile file(Home home) {
        return new ConfigurationFile(home, terminal.env(), Clock.systemUTC());
    }

    private int inFile(ConfigurationFile file, String user) throws IOException {
        try {
            return done(file.rollback(target, user));
        } catch (IllegalArgumentException e) {
            return terminal.refuse(Exit.NO, Objects.toString(e.getMessage(), "nothing was changed"));
        }
    }

    private int told(JsonNode answer) {
        int done = done(answer.path("hash").asText());
        return answer.path("accepted").asBoolean()
                ? done
                : terminal.refuse(Exit.NO, "it was not accepted: "
                        + answer.at("/problems/0").asText("see /admin/configuration"));
    }

    /// How to reach the gateway. A file that is broken, which may be why somebody goes back, says so no more; the version that
    /// served last does.
    private static Settings settings(ConfigurationFile file) throws ConfigurationException {
        try {
            return file.read(file.text());
        } catch (ConfigurationException e) {
            String served = file.versions().served().map(Versions.Version::hash)
                    .flatMap(file.versions()::text).orElse(null);
            if (served == null) {
                throw e;
            }
            return file.read(served);
        }
    }

    private int done(String hash) {
        terminal.out().println(Configuration.FILE + " holds version " + hash + " again");
        return Exit.OK;
    }
}
