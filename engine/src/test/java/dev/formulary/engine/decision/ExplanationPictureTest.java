package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Risk;
import dev.formulary.spi.Capability;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/// An explanation as a picture and as a flowchart.
class ExplanationPictureTest {
    private static final Path SHIPPED = Path.of("../rules");

    @Test
    void thePictureIsXmlThatStandsAloneAndNamesItself() throws Exception {
        String svg = explanation("home/small").svg();

        Document document = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder()
                .parse(new InputSource(new StringReader(svg)));
        assertThat(document.getDocumentElement().getAttribute("role")).isEqualTo("img");
        assertThat(document.getElementsByTagName("title").item(0).getTextContent())
                .isEqualTo("answered by home/counsel");
        assertThat(document.getElementsByTagName("desc").item(0).getTextContent()).contains("models may not answer");
        assertThat(document.getElementsByTagName("script").getLength()).isZero();
        assertThat(svg).contains("prefers-color-scheme: dark", "crisis-fit-models", "context/crisis.drl")
                .doesNotContain("href", "onload", "url(");
        keep("explanation.svg", svg);
        keep("explanation.mmd", explanation("home/small").mermaid());
    }

    @Test
    void namesOfModelsCanNotBreakOutOfEither() throws Exception {
        Explanation explanation = explanation("evil/<script>alert(\"1\")&\u0001</script>");

        Document document = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder()
                .parse(new InputSource(new StringReader(explanation.svg())));
        assertThat(document.getElementsByTagName("script").getLength()).isZero();
        assertThat(explanation.svg()).contains("&lt;script&gt;");
        assertThat(explanation.mermaid()).doesNotContain("<script").contains("#60;script#62;");
    }

    @Test
    void theFlowchartLeadsFromFactsOverRulesToTheChoice() {
        String chart = explanation("home/small").mermaid();

        assertThat(chart).startsWith("flowchart LR\n").contains("crisis-fit-models", "answered by home/counsel",
                ":::chosen", ":::out", "==>", "Context.risk = HIGH");
        assertThat(chart.lines().filter(line -> line.contains("-->"))).isNotEmpty();
    }

    private static Explanation explanation(String other) {
        try (Policy policy = Rules.policy(SHIPPED)) {
            policy.load();
            Candidate broken = Rules.candidate("cloud/large", Set.of(Capability.CHAT), 9, 2_500_000, 0,
                    Rules.vitals(BreakerState.OPEN, 0.6, 40));
            Question plain = Rules.question(Rules.candidate(other, 4, 0), broken,
                    Rules.candidate("home/counsel", 7, 0, "crisis"), Rules.candidate("clinic/guide", 6, 0, "crisis"));
            return Objects.requireNonNull(policy.ruling()).explain(new Question(plain.call(),
                    Copies.with(Context.unspecified(), "risk", Risk.HIGH), plain.situation(), plain.candidates()));
        }
    }

    /// So that a person can look at them.
    private static void keep(String name, String text) throws IOException {
        Files.writeString(Files.createDirectories(Path.of("target")).resolve(name), text);
    }
}
