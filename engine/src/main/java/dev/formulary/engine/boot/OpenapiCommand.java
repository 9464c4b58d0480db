package dev.formulary.engine.boot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.config.ConfigurationException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `formulary openapi`
@Command(name = "openapi", mixinStandardHelpOptions = true, description = "Prints the OpenAPI document of the gateway that runs: every path of both ports, those of your own routes among them.")
final class OpenapiCommand implements Callable<Integer> {
    private final Terminal terminal;

    OpenapiCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try {
            NodeClient node = NodeClient.of(terminal);
            NodeClient.Reply reply = node.manage(ApiDesk.PATH);
            if (!reply.isOk()) {
                return terminal.refuse(Exit.NO, "the gateway answered " + reply.status() + " " + reply.body());
            }
            var json = new JsonMapper();
            terminal.out().println(json.writerWithDefaultPrettyPrinter().writeValueAsString(json.readTree(reply
                    .body())));
            return Exit.OK;
        } catch (ConfigurationException e) {
            return terminal.refuse(Exit.USAGE, e.getMessage());
        } catch (JsonProcessingException e) {
            return terminal.refuse(Exit.NO, "the gateway answered something that is not JSON");
        } catch (IOException e) {
            return terminal.refuse(Exit.NO, "no gateway answers; start one with: formulary run");
        }
    }
}
