package dev.formulary.engine.boot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.decision.RuleChange;
import java.io.IOException;
import java.time.Clock;
import java.util.List;

/// Says which rules serve: asks the running gateway, and reads the history when none runs.
final class RulesState {
    private final Terminal terminal;

    RulesState(Terminal terminal) {
        this.terminal = terminal;
    }

    int show() {
        try {
            NodeClient.Reply reply = NodeClient.of(terminal).manage("/admin/rules");
            if (!reply.isOk()) {
                return terminal.refuse(Exit.NO, "the gateway answered " + reply.status() + " " + reply.body());
            }
            return report(new JsonMapper().readTree(reply.body()));
        } catch (ConfigurationException e) {
            return terminal.refuse(Exit.USAGE, e.getMessage());
        } catch (JsonProcessingException e) {
            return terminal.refuse(Exit.NO, "the gateway answered something that is not JSON");
        } catch (IOException e) {
            return kept();
        }
    }

    private int report(JsonNode report) {
        String hash = report.path("hash").asText();
        line("rules", hash.isEmpty() ? "none serve, every call is denied" : hash);
        JsonNode manifest = report.path("manifest");
        for (String key : List.of("name", "version", "author", "owner", "changed")) {
            line(key, manifest.path(key).asText().lines().findFirst().orElse(""));
        }
        boolean accepted = report.path("accepted").asBoolean();
        line("holds", accepted
                ? report.path("rules").asText() + " rules, "
                        + (report.path("watching").asInt() > 0
                                ? "of which " + report.path("watching").asText() + " watch, "
                                : "")
                        + report.path("scenarios").asText() + " scenarios"
                : "");
        line("state", accepted
                ? "the rules folder serves"
                : report.path("last_good").asBoolean()
                        ? "the rules folder is broken, the last good rules of the archive serve"
                        : "the rules folder is broken, the rules before go on");
        report.path("problems").forEach(problem -> line("problem", place(problem)));
        report.path("warnings").forEach(problem -> line("warning", place(problem)));
        return accepted ? Exit.OK : Exit.NO;
    }

    private static String place(JsonNode problem) {
        return problem.path("file").asText() + ":" + problem.path("line").asText() + ":"
                + problem.path("column").asText() + " " + problem.path("message").asText();
    }

    private void line(String word, String text) {
        if (!text.isBlank()) {
            terminal.out().printf("%-9s %s%n", word, text);
        }
    }

    private int kept() {
        List<RuleChange> history = RuleDesk.ledger(terminal.home(), Clock.systemUTC()).history();
        if (history.isEmpty()) {
            return terminal.refuse(Exit.NO, "no gateway runs, and none has run with rules here yet; start one with: "
                    + "formulary run");
        }
        RuleChange last = history.getFirst();
        line("state", "no gateway runs");
        line("last", "%s at %s: %s %s".formatted(HistoryText.shortened(last.hash()), last.at(),
                HistoryText.words(last.event()), last.manifest()).strip());
        return Exit.OK;
    }
}
