package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class RulesCommandsTest {
    private static final String GOOD = """
        rule "free" @id("free") @reason("r")
        when
            Context( paidAllowed == false )
        then
            decision.keepFree();
        end
        """;
    private static final String PASSES = """
        scenarios:
          - {name: free is free, expect: {fired: [free]}}
          - {name: money is money, context: {paidAllowed: true}, expect: {notFired: [free]}}
        """;

    @TempDir
    Path home;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Properties properties = new Properties();
    private Path rules = Path.of("rules");

    @BeforeEach
    void rules() throws IOException {
        rules = home.resolve("policy");
        properties.setProperty("user.home", home.toString());
        put("cost/a.drl", GOOD);
        put("scenarios/a.yaml", PASSES);
    }

    private void put(String file, String text) throws IOException {
        Path path = rules.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        var terminal = new Terminal(new ByteArrayInputStream(new byte[0]), new PrintWriter(out, true),
                new PrintWriter(err, true), Map.of(), properties);
        return Main.execute(terminal, (_, _) -> {
            throw new StartException("nothing runs here");
        }, Assembly.ruleCheck(), List.of(arguments));
    }

    private JsonNode json() throws IOException {
        return new JsonMapper().readTree(out.toString());
    }

    @Test
    void aGoodRuleSetIsToldInOneLineOrNone() {
        assertThat(run("rules", "check", rules.toString())).isZero();
        assertThat(out.toString().strip()).isEqualTo(rules + ": no problems, no warnings");
        assertThat(run("rules", "check", "--quiet", "--strict", rules.toString())).isZero();
        assertThat(out.toString()).isEmpty();
        assertThat(run("rules", "check")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no folder ");
        assertThat(run("rules", "check", "--loud")).isEqualTo(2);
    }

    @Test
    void problemsAndWarningsAreToldWithTheirPlaces() throws Exception {
        put("cost/c.drl", GOOD.replace("\"free\"", "\"cheap\""));

        assertThat(run("rules", "check", rules.toString())).isZero();
        assertThat(out.toString()).contains("cost/c.drl:1:1 warning duplicate-rule [cheap]",
                rules + ": no problems, 1 warning").doesNotContain("error");
        assertThat(run("rules", "check", "--strict", rules.toString())).isEqualTo(1);

        put("cost/b.drl", GOOD.replace("\"free\"", "\"odd\"").replace("keepFree", "keepFre"));
        assertThat(run("rules", "check", rules.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("cost/b.drl:5:14 error compile [odd] a rule can't say 'keepFre'");
        assertThat(run("rules", "check", "--json", rules.toString())).isEqualTo(1);
        assertThat(json().path("problems").path(0)).hasToString("{\"severity\":\"error\",\"code\":\"compile\","
                + "\"file\":\"cost/b.drl\",\"line\":5,\"column\":14,\"rule\":\"odd\",\"message\":"
                + json().path("problems").path(0).path("message") + "}");
        assertThat(json().path("warnings").path(0).path("code").asText()).isEqualTo("duplicate-rule");
    }

    @Test
    void labelsAndModelsAreComparedWithAFileOrANode() throws Exception {
        put("cost/b.drl", GOOD.replace("\"free\"", "\"labels\"").replace("keepFree()", "requireLabel(\"crysis\")"));
        String cards = "[{\"id\":\"a\",\"models\":[{\"id\":\"a/b\",\"card\":{\"labels\":[\"crisis\"]}}]}]";
        Path file = Files.writeString(home.resolve("models.json"), cards);
        assertThat(run("rules", "check", "--models", file.toString(), rules.toString())).isZero();
        assertThat(out.toString()).contains("unknown-label", "did you mean 'crisis'?");

        assertThat(run("rules", "check", "--models", home.resolve("none").toString(), rules.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("the models can't be read: there is no file");
        Files.writeString(file, "{}");
        assertThat(run("rules", "check", "--models", file.toString(), rules.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("names no models");
        Files.writeString(file, "<html>");
        assertThat(run("rules", "check", "--models", file.toString(), rules.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("holds no JSON");

        properties.setProperty("formulary.home", home.toString());
        rules = home.resolve("rules");
        rules();
        rules = home.resolve("rules");
        put("cost/a.drl", GOOD.replace("keepFree()", "requireLabel(\"crisis\")"));
        put("scenarios/a.yaml", PASSES);
        try (StubNode node = new StubNode(200, cards.replace("crisis", "other"))) {
            Files.createDirectories(home.resolve("data"));
            new RunningNode(1, node.port(), node.managementPort())
                    .write(new dev.formulary.engine.config.Home(home));
            assertThat(run("rules", "check")).isZero();
            assertThat(out.toString()).contains("no model bears the label 'crisis'");
            assertThat(run("rules", "check", "--models", "http://127.0.0.1:" + node.port() + "/v1/models",
                    rules.toString())).isZero();
            assertThat(out.toString()).contains("no model bears the label 'crisis'");
        }
        assertThat(run("rules", "check")).isZero();
        assertThat(out.toString()).contains("no problems, no warnings");
    }

    @Test
    void scenariosAreRunAndDifferencesShown() throws Exception {
        assertThat(run("rules", "test", rules.toString())).isZero();
        assertThat(out.toString().strip()).isEqualTo("2 scenarios, 0 failed");

        put("scenarios/b.yaml", "scenarios:\n- {name: wrong, expect: {first: a/b, fired: [free]}}\n");
        assertThat(run("rules", "test", rules.toString())).isEqualTo(1);
        assertThat(out.toString()).isEqualToNormalizingNewlines("""
            FAILED scenarios/b.yaml:2 wrong
              first (line 2)
                expected  a/b
                actual    cloud/free
            3 scenarios, 1 failed
            """);
        assertThat(run("rules", "test", rules.toString(), "free * free")).isZero();
        assertThat(out.toString()).contains("1 scenario, 0 failed");
        assertThat(run("rules", "test", rules.toString(), "B.YAML")).isEqualTo(1);
        assertThat(run("rules", "test", rules.toString(), "nothing")).isEqualTo(2);

        properties.setProperty("formulary.terminal", "true");
        run("rules", "test", rules.toString());
        assertThat(out.toString()).contains("\u001b[31mFAILED\u001b[0m");
        assertThat(run("rules", "test", rules.resolve("nowhere").toString())).isEqualTo(2);
    }

    @Test
    void resultsAreGivenAsJsonAndAsJUnitXml() throws Exception {
        put("scenarios/b.yaml", "scenarios:\n- {name: wrong < & \"this\", expect: {first: a/b}}\n");
        put("scenarios/c.yaml", "scenarios: [");
        Path junit = home.resolve("reports/rules.xml");

        assertThat(run("rules", "test", "--json", "--coverage", "--junit", junit.toString(), rules.toString()))
                .isEqualTo(1);

        assertThat(json().path("passed").asInt()).isEqualTo(2);
        assertThat(json().path("failed").asInt()).isEqualTo(1);
        assertThat(json().path("scenarios").path(2).path("differences").path(0).path("actual").asText())
                .isEqualTo("cloud/free");
        assertThat(json().path("coverage").path("rules").path("percent").asInt()).isEqualTo(100);
        Element suites = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(junit.toFile())
                .getDocumentElement();
        assertThat(suites.getTagName()).isEqualTo("testsuites");
        Element second = (Element) suites.getElementsByTagName("testsuite").item(1);
        assertThat(List.of("name", "tests", "failures", "errors", "skipped")).extracting(second::getAttribute)
                .containsExactly("scenarios/b.yaml", "1", "1", "0", "0");
        assertThat(second.getAttribute("time")).matches("\\d+\\.\\d{6}");
        Element failed = (Element) second.getElementsByTagName("testcase").item(0);
        assertThat(failed.getAttribute("name")).isEqualTo("wrong < & \"this\"");
        assertThat(failed.getAttribute("classname")).isEqualTo("scenarios/b.yaml");
        Element failure = (Element) failed.getElementsByTagName("failure").item(0);
        assertThat(failure.getAttribute("message")).isEqualTo("first must be a/b and is cloud/free");
        assertThat(failure.getTextContent()).contains("scenarios/b.yaml:2 first must be");
        Element rest = (Element) suites.getElementsByTagName("testsuite").item(2);
        assertThat(rest.getElementsByTagName("error").getLength()).isEqualTo(1);
    }

    @Test
    void scenariosReachAllOfTheShippedRules() {
        assertThat(run("rules", "coverage", "--min", "100", "--min-conditions", "100", "../rules")).as(out.toString())
                .isZero();
    }

    @Test
    void coverageIsToldAndHeldToALeast() throws Exception {
        assertThat(run("rules", "coverage", "--min", "100", "--min-conditions", "100", rules.toString())).isZero();
        put("cost/b.drl", GOOD.replace("\"free\"", "\"dead\"").replace("paidAllowed == false", "consent == true"));
        assertThat(run("rules", "coverage", rules.toString())).isZero();
        assertThat(out.toString()).isEqualToNormalizingNewlines("""
            cost/a.drl:1 free fired in 1 scenario
            cost/b.drl:1 dead never fired
              cost/b.drl:3 never true: Context( consent == true )
            rules: 1 of 2 (50 %)
            outcomes of conditions: 3 of 4 (75 %)
            """);
        assertThat(run("rules", "coverage", "--min", "51", rules.toString())).isEqualTo(1);
        assertThat(run("rules", "coverage", "--min-conditions", "76", rules.toString())).isEqualTo(1);
        assertThat(run("rules", "coverage", "--json", rules.toString())).isZero();
        assertThat(json().path("byRule").path(1).path("conditions").path(0).path("seenFalse").asBoolean()).isTrue();
        assertThat(run("rules", "coverage", "--min", "101", rules.toString())).isEqualTo(2);
        assertThat(run("rules", "coverage", home.resolve("nowhere").toString())).isEqualTo(2);
        put("cost/b.drl", "nonsense");
        assertThat(run("rules", "coverage", rules.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("cost/b.drl:1", "the scenarios can't be run");
        assertThat(run("rules", "test", rules.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("2 not run because the rules do not compile");
    }
}
