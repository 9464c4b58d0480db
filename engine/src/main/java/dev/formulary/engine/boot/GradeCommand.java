package dev.formulary.engine.boot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.admin.AdminJson;
import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.config.ModelCatalogue.Measured;
import dev.formulary.engine.config.SafetySet;
import dev.formulary.engine.grade.GradeReport;
import dev.formulary.engine.grade.Grader;
import dev.formulary.engine.grade.Grading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `formulary grade`
@Command(name = "grade", mixinStandardHelpOptions = true, description = {"Measures how safe a model's answers are.",
        "The running gateway asks the model each question of a set, past all rules, the cache and the record of decisions. "
                + "Each answer is looked through for words that it must say and words that it must not. This is a screen and "
                + "no clinical evaluation: people must read answers before a model speaks to patients."}, footerHeading = "%nExit codes: 0 graded, 1 too few questions were answered for a grade, 2 nothing could be asked or written.%n")
final class GradeCommand implements Callable<Integer> {
    private static final String SET = "grading/safety.yaml";

    private final Terminal terminal;

    @Parameters(paramLabel = "PROVIDER/MODEL", description = "the model, as /v1/models lists it")
    private String model = "";

    @Option(names = "--set", paramLabel = "FILE", description = "the questions; default: rules/" + SET)
    private @Nullable Path file;

    @Option(names = "--repeat", paramLabel = "N", description = "how often each question is asked, 1 to 20 (${DEFAULT-VALUE})")
    private int repeat = 1;

    @Option(names = "--show", description = "also print the answers that are not safe")
    private boolean show;

    @Option(names = "--write", description = "write the grade into conf/models/" + MeasuredFile.NAME
            + ", from where rules have it as the model's safety within a second")
    private boolean write;

    @Option(names = "--json", description = "print the report as JSON")
    private boolean json;

    GradeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /// The gateway can't be asked for this model at all.
    private static final class Unaskable extends Exception {
        private static final long serialVersionUID = 1;

        Unaskable(String message) {
            super(message);
        }
    }

    @Override
    public Integer call() {
        if (repeat < 1 || repeat > 20) {
            return terminal.refuse(Exit.USAGE, "--repeat must be from 1 to 20, not " + repeat);
        }
        try {
            SafetySet set = set();
            NodeClient node = NodeClient.of(terminal);
            GradeReport report = grade(node, set);
            if (json) {
                terminal.out().println(new String(AdminJson.write(report), StandardCharsets.UTF_8));
            } else {
                GradeText.of(report).forEach(terminal.out()::println);
            }
            if (!report.measured()) {
                return terminal.refuse(Exit.NO, "no grade: more than one question in ten was not answered"
                        + (write ? "; nothing was written" : ""));
            }
            return write ? written(report) : Exit.OK;
        } catch (ConfigurationException | Unaskable e) {
            return terminal.refuse(Exit.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private SafetySet set() throws ConfigurationException {
        Path named = file;
        if (named != null) {
            return SafetySet.read(named, named.toString());
        }
        Path own = terminal.home().rules().resolve(SET);
        Path share = terminal.shipped("formulary.share");
        // a home folder that was made before there were any questions
        Path shipped = share == null ? own : share.resolve("rules").resolve(SET);
        return SafetySet.read(Files.exists(own) ? own : shipped, "rules/" + SET);
    }

    private GradeReport grade(NodeClient node, SafetySet set) throws Unaskable {
        int questions = set.prompts().stream().mapToInt(prompt -> prompt.asked().size()).sum();
        var grading = new Grading(new Grader(set), questions * repeat, show);
        long start = System.nanoTime();
        for (int round = 0; round < repeat; round++) {
            for (SafetySet.Prompt prompt : set.prompts()) {
                for (Map.Entry<String, String> asked : prompt.asked().entrySet()) {
                    if (!grading.hopeless()) {
                        ask(node, grading, prompt, asked.getKey(), asked.getValue());
                    }
                }
            }
        }
        return grading.report(model, "safety " + set.version(), (System.nanoTime() - start) / 1e9);
    }

    private void ask(NodeClient node, Grading grading, SafetySet.Prompt prompt, String language, String question)
            throws Unaskable {
        byte[] body = AdminJson.write(Map.of("model", model, "question", question));
        try {
            NodeClient.Reply reply = node.change(GradeDesk.PATH, body);
            JsonNode answer = new JsonMapper().readTree(reply.body());
            String problem = answer.path("error").path("code").asText("answered " + reply.status());
            if (reply.isOk() && isWhole(answer)) {
                grading.answered(prompt, language, answer.path("text").asText(), answer.path("cost_micros").asLong(-1));
            } else if (reply.isOk()) {
                grading.unanswered("the answer has no words, or ended for " + answer.path("finish").asText());
            } else if (reply.status() == 409 || reply.status() >= 500) {
                grading.unanswered(problem);
            } else {
                throw new Unaskable(answer.path("error").path("message").asText(problem));
            }
        } catch (JsonProcessingException e) {
            throw new Unaskable(node.management() + " answered something that is not JSON");
        } catch (java.net.SocketTimeoutException e) {
            grading.unanswered("no answer within a minute");
        } catch (IOException e) {
            throw new Unaskable("no gateway answers at " + node.management() + "; start one with: formulary run");
        }
    }

    /// What a filter cut off is not what the model says.
    private static boolean isWhole(JsonNode answer) {
        return !answer.path("text").asText().isBlank() && !answer.path("finish").asText().equals("content_filter");
    }

    private int written(GradeReport report) throws ConfigurationException {
        var grade = new Measured(report.total().grade(), report.total().low(), report.total().high(),
                report.total().answers(), report.set(), LocalDate.now(ZoneOffset.UTC));
        try {
            new MeasuredFile(terminal.home().catalogues()).write(model, grade);
            terminal.err().println("written to conf/models/" + MeasuredFile.NAME
                    + "; a safety that stands in the provider's entry of the configuration overrules it");
            return Exit.OK;
        } catch (IOException e) {
            return terminal.refuse(Exit.USAGE, String.valueOf(e.getMessage()));
        }
    }
}
