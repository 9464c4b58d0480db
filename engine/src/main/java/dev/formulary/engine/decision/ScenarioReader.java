package dev.formulary.engine.decision;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Situation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads a file of scenarios. What a scenario does not say is taken from the file's `defaults`, and else from
/// [ScenarioWorld].
final class ScenarioReader {
    private static final String CODE = "scenario-file";

    private final String file;
    private final List<Problem> problems;
    private final YamlTree tree;

    private ScenarioReader(String file, YamlTree tree, List<Problem> problems) {
        this.file = file;
        this.tree = tree;
        this.problems = problems;
    }

    /// All scenarios of some files; what is wrong with the files is added to the problems.
    static List<Scenario> read(List<RuleFolder.ScenarioSource> sources, List<Problem> problems) {
        var scenarios = new ArrayList<Scenario>();
        for (RuleFolder.ScenarioSource source : sources) {
            scenarios.addAll(read(source.file(), source.text(), problems));
        }
        return scenarios;
    }

    static List<Scenario> read(String file, String text, List<Problem> problems) {
        try {
            return new ScenarioReader(file, YamlTree.read(text), problems).scenarios();
        } catch (JsonProcessingException e) {
            problems.add(new Problem(file, e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                    e.getLocation() == null ? 0 : e.getLocation().getColumnNr(), "",
                    "not YAML: " + e.getOriginalMessage().lines().findFirst().orElse(""), CODE));
            return List.of();
        }
    }

    private List<Scenario> scenarios() {
        var scenarios = new ArrayList<Scenario>();
        try {
            Fields top = Fields.of(tree.root(), "file");
            Fields defaults = Fields.of(top.node("defaults"), "defaults");
            for (String part : List.of("call", "context", "session", "situation", "candidates", "watch")) {
                defaults.node(part);
            }
            defaults.done();
            for (JsonNode node : top.list("scenarios")) {
                scenario(node, defaults, scenarios);
            }
            top.done();
        } catch (Fields.Wrong e) {
            problems.add(problem(e, YamlTree.Place.UNKNOWN, ""));
        }
        return scenarios;
    }

    private Problem problem(Fields.Wrong wrong, YamlTree.Place otherwise, String name) {
        JsonNode at = wrong.at();
        YamlTree.Place found = at == null ? YamlTree.Place.UNKNOWN : tree.named(at);
        YamlTree.Place place = found.line() > 0 ? found : otherwise;
        return new Problem(file, place.line(), place.column(), name, wrong.text(), CODE);
    }

    private void scenario(JsonNode node, Fields defaults, List<Scenario> into) {
        YamlTree.Place place = tree.of(node);
        String name = node.path("name").asText("");
        try {
            Fields fields = Fields.of(node, "scenario");
            fields.text("name", "");
            if (name.isBlank()) {
                throw new Fields.Wrong("a scenario needs a name");
            }
            if (fields.has("watch")) {
                into.add(watching(fields, defaults, place, name));
                return;
            }
            Situation situation = ScenarioWorld.situation(part(fields, defaults, "situation"));
            Call call = ScenarioWorld.call(part(fields, defaults, "call"), situation.at());
            var question = new Question(call, ScenarioWorld.context(part(fields, defaults, "context")), situation,
                    candidates(fields, defaults),
                    ScenarioWorld.session(part(fields, defaults, "session"), call));
            JsonNode expect = fields.node("expect");
            var expectations = new Expectations(tree, Fields.of(expect, "expect"),
                    expect.isMissingNode() ? place : tree.named(expect));
            fields.done();
            into.add(new Scenario(file, place, name, question, null, expectations.all(), expectations.named()));
        } catch (Fields.Wrong e) {
            problems.add(problem(e, place, name));
        } catch (IllegalArgumentException e) {
            problems.add(new Problem(file, place.line(), place.column(), name, String.valueOf(e.getMessage()), CODE));
        }
    }

    /// What rules see that watch; there is no call.
    private Scenario watching(Fields fields, Fields defaults, YamlTree.Place place, String name) {
        for (String part : List.of("call", "context", "session")) {
            if (fields.has(part)) {
                throw new Fields.Wrong("a scenario with 'watch' is about no call, so it has no '" + part + "'",
                        fields.node(part));
            }
        }
        Situation situation = ScenarioWorld.situation(part(fields, defaults, "situation"));
        List<Candidate> candidates = candidates(fields, defaults);
        Timeline timeline = TimelineReader.read(part(fields, defaults, "watch"), situation, candidates);
        JsonNode expect = fields.node("expect");
        var expectations = new WatchExpectations(tree, Fields.of(expect, "expect"),
                expect.isMissingNode() ? place : tree.named(expect));
        fields.done();
        return new Scenario(file, place, name, ScenarioWorld.question(situation, candidates), timeline,
                expectations.all(), expectations.named());
    }

    private static Fields part(Fields scenario, Fields defaults, String name) {
        return Fields.of(Fields.merged(defaults.node(name), scenario.node(name), name), name);
    }

    /// Candidates of the defaults may be named, or written again with what is different.
    private static List<Candidate> candidates(Fields scenario, Fields defaults) {
        Map<String, JsonNode> known = new LinkedHashMap<>();
        defaults.list("candidates").forEach(node -> known.put(node.path("id").asText(), node));
        var candidates = new ArrayList<Candidate>();
        if (!scenario.has("candidates")) {
            known.values().forEach(node -> candidates.add(ScenarioWorld.candidate(Fields.of(node, "candidates"))));
            return candidates.isEmpty() ? ScenarioWorld.candidates() : candidates;
        }
        for (JsonNode node : scenario.list("candidates")) {
            candidates.add(ScenarioWorld.candidate(Fields.of(whole(node, known), "candidates")));
        }
        return candidates;
    }

    private static JsonNode whole(JsonNode node, Map<String, JsonNode> known) {
        String id = node.isTextual() ? node.asText() : node.path("id").asText();
        JsonNode usual = known.getOrDefault(id, MissingNode.getInstance());
        if (usual.isMissingNode() && node.isTextual()) {
            throw new Fields.Wrong("there is no candidate '" + id + "' in the defaults, there are " + known.keySet(),
                    node);
        }
        return node.isTextual() ? usual : Fields.merged(usual, node, "candidates");
    }
}
