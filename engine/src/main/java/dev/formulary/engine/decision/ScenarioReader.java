package dev.formulary.engine.decision;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Question;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads a file of scenarios. What a scenario does not say is taken from the file's `defaults`, and else from
/// [ScenarioWorld].
final class ScenarioReader {
    private static final ObjectMapper YAML = new ObjectMapper(
            YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

    private final String file;
    private final String text;
    private final List<Problem> problems;

    ScenarioReader(String file, String text, List<Problem> problems) {
        this.file = file;
        this.text = text;
        this.problems = problems;
    }

    List<Scenario> read() {
        var scenarios = new ArrayList<Scenario>();
        try {
            Fields top = Fields.of(YAML.readTree(text), "file");
            Fields defaults = Fields.of(top.node("defaults"), "defaults");
            for (String part : List.of("call", "context", "situation", "candidates")) {
                defaults.node(part);
            }
            defaults.done();
            for (JsonNode node : top.node("scenarios")) {
                scenario(node, defaults, scenarios);
            }
            top.done();
        } catch (JsonProcessingException e) {
            problems.add(new Problem(file, e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                    e.getLocation() == null ? 0 : e.getLocation().getColumnNr(), "",
                    "not YAML: " + e.getOriginalMessage().lines().findFirst().orElse("")));
        } catch (Fields.Wrong e) {
            problems.add(Problem.of(file, e.text()));
        }
        return scenarios;
    }

    private void scenario(JsonNode node, Fields defaults, List<Scenario> into) {
        String name = node.path("name").asText("");
        int line = line(name);
        try {
            Fields fields = Fields.of(node, "scenario");
            fields.node("name");
            if (name.isBlank()) {
                throw new Fields.Wrong("a scenario needs a name");
            }
            var question = new Question(ScenarioWorld.call(part(fields, defaults, "call")),
                    ScenarioWorld.context(part(fields, defaults, "context")),
                    ScenarioWorld.situation(part(fields, defaults, "situation")), candidates(fields, defaults));
            Scenario.Expectation expect = expectation(Fields.of(fields.node("expect"), "expect"));
            fields.done();
            into.add(new Scenario(file, line, name, question, expect));
        } catch (Fields.Wrong | IllegalArgumentException | DateTimeException e) {
            problems.add(new Problem(file, line, line > 0 ? 1 : 0, name, String.valueOf(e.getMessage())));
        }
    }

    private int line(String name) {
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (!name.isEmpty() && lines.get(i).contains("name:") && lines.get(i).contains(name)) {
                return i + 1;
            }
        }
        return 0;
    }

    private static Fields part(Fields scenario, Fields defaults, String name) {
        return Fields.of(Fields.merged(defaults.node(name), scenario.node(name), name), name);
    }

    /// Candidates of the defaults may be named, or written again with what is different.
    private static List<Candidate> candidates(Fields scenario, Fields defaults) {
        var known = new LinkedHashMap<String, JsonNode>();
        defaults.node("candidates").forEach(node -> known.put(node.path("id").asText(), node));
        var candidates = new ArrayList<Candidate>();
        if (!scenario.has("candidates")) {
            known.values().forEach(node -> candidates.add(ScenarioWorld.candidate(Fields.of(node, "candidates"))));
            return candidates.isEmpty() ? ScenarioWorld.candidates() : candidates;
        }
        for (JsonNode node : scenario.node("candidates")) {
            String id = node.isTextual() ? node.asText() : node.path("id").asText();
            JsonNode usual = known.get(id);
            if (usual == null && node.isTextual()) {
                throw new Fields.Wrong("there is no candidate '" + id + "' in the defaults");
            }
            JsonNode whole = usual == null ? node : node.isTextual() ? usual : Fields.merged(usual, node, "candidates");
            candidates.add(ScenarioWorld.candidate(Fields.of(whole, "candidates")));
        }
        return candidates;
    }

    private static Scenario.Expectation expectation(Fields expect) {
        Map<Parameter, Double> parameters = new EnumMap<>(Parameter.class);
        JsonNode limits = expect.node("parameters");
        limits.properties().forEach(member -> {
            if (!member.getValue().isNumber()) {
                throw new Fields.Wrong("'expect.parameters." + member.getKey() + "' must be a number");
            }
            parameters.put(expect.constant("parameters", Parameter.class, member.getKey()),
                    member.getValue().asDouble());
        });
        String decision = expect.text("decision", "");
        String first = expect.text("first", "");
        var expectation = new Scenario.Expectation(decision.isEmpty() ? null : decision,
                first.isEmpty() ? null : first, expect.texts("attempts", List.of()),
                expect.texts("forbidden", List.of()), expect.texts("alerts", List.of()), parameters,
                expect.texts("fired", List.of()), expect.texts("notFired", List.of()));
        expect.done();
        return expectation;
    }
}
