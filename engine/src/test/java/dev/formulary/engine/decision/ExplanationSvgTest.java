package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.formulary.engine.decision.Explanation.Fact;
import dev.formulary.engine.decision.Explanation.Fired;
import dev.formulary.engine.decision.Explanation.Rated;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/// The picture of an explanation: boxes that do not lie on each other, their texts in them, edges from box to box.
class ExplanationSvgTest {
    private record Box(int x, int y, int width, int height, String style) {
        boolean holds(Text text) {
            return text.x >= x && text.x <= x + width && text.y > y && text.y < y + height;
        }

        boolean meets(Box other) {
            return x < other.x + other.width && other.x < x + width && y < other.y + other.height
                    && other.y < y + height;
        }
    }

    private record Text(int x, int y, String style, String text) {}

    private record Picture(Document document, List<Box> boxes, List<Text> texts) {
        Box page() {
            return box("paper");
        }

        Box box(String style) {
            return all(style).getFirst();
        }

        List<Box> all(String style) {
            return boxes.stream().filter(box -> box.style.equals(style)).toList();
        }

        List<Text> in(Box box) {
            return texts.stream().filter(box::holds).toList();
        }

        List<String> says(Box box) {
            return in(box).stream().map(Text::text).toList();
        }

        List<Box> framed() {
            return boxes.stream().filter(box -> box.style.startsWith("box ")).toList();
        }

        /// The first line of the box to whose side an edge leads.
        String at(String point, Function<Box, Integer> side) {
            return framed().stream().filter(box -> point.equals(side.apply(box) + " " + (box.y + box.height / 2)))
                    .map(box -> says(box).getFirst()).findFirst().orElse("nothing");
        }
    }

    private static Picture picture(Explanation explanation) throws Exception {
        Document document = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder()
                .parse(new InputSource(new StringReader(explanation.svg())));
        var boxes = new ArrayList<Box>();
        elements(document, "rect").forEach(rect -> boxes.add(new Box(number(rect, "x"), number(rect, "y"),
                number(rect, "width"), number(rect, "height"), rect.getAttribute("class"))));
        var texts = new ArrayList<Text>();
        elements(document, "text").forEach(text -> texts.add(new Text(number(text, "x"), number(text, "y"),
                text.getAttribute("class"), text.getTextContent())));
        return new Picture(document, boxes, texts);
    }

    private static List<Element> elements(Document document, String name) {
        var nodes = document.getElementsByTagName(name);
        return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i)).toList();
    }

    private static int number(Element element, String attribute) {
        return (int) Math.round(Double.parseDouble(element.getAttribute(attribute)));
    }

    @Test
    void boxesStandApartInThePageWithTheirTextsInThem() throws Exception {
        Picture picture = picture(ExplanationShownTest.all());
        List<Box> boxes = picture.framed();
        assertThat(boxes).hasSize(2 + 2 + 4 + 1);
        Box page = picture.page();
        for (Box box : boxes) {
            assertThat(boxes).filteredOn(other -> !other.equals(box)).noneMatch(box::meets);
            assertThat(box.x).isGreaterThanOrEqualTo(20);
            assertThat(box.x + box.width).isLessThanOrEqualTo(page.width - 20);
            List<Text> lines = picture.in(box);
            assertThat(box.height).isEqualTo(14 + 17 * lines.size());
            for (int i = 0; i < lines.size(); i++) {
                assertThat(lines.get(i).x).isEqualTo(box.x + 10);
                assertThat(lines.get(i).y).isEqualTo(box.y + 20 + 17 * i);
                assertThat(lines.get(i).style).isEqualTo(i == 0 ? "name" : "soft");
            }
        }
        Box last = boxes.getLast();
        assertThat(last.style).isEqualTo("box plan");
        assertThat(page.height).as("room below the last box").isEqualTo(last.y + last.height + 30);
        assertThat(boxes).filteredOn(box -> !box.equals(last)).allMatch(box -> box.y + box.height < last.y);
    }

    @Test
    void eachBoxSaysWhatItStandsFor() throws Exception {
        Picture picture = picture(ExplanationShownTest.all());
        assertThat(picture.all("box fact")).extracting(picture::says)
                .containsExactly(List.of("Context.risk", "HIGH"), List.of("Host.cpu", "0.9"));
        assertThat(picture.all("box rule")).extracting(picture::says).containsExactly(
                List.of("crisis", "require crisis", "cap TOP_P=0.5", "and 1 more", "context/a.drl:3"),
                List.of("cheap  × 2", "prefer home/a", "cost/b.drl:7"));
        assertThat(picture.says(picture.box("box chosen"))).startsWith("1. home/a", "0.750", "◆ on the Pareto front");
        assertThat(picture.says(picture.box("box ranked"))).startsWith("2. cloud/b", "0.460", "◇ dominated by home/a");
        assertThat(picture.all("box out")).extracting(picture::says).containsExactly(
                List.of("✕ cloud/c", "people in danger need a fit model"), List.of("✕ cloud/d"));
        assertThat(picture.says(picture.box("box plan"))).containsExactly("plan: home/a, by rank then cloud/b",
                "max_tokens 300 at most 800 by short", "temperature at most 1",
                "cloud/b would be the choice if it were cheaper");
        assertThat(picture.document.getElementsByTagName("desc").item(0).getTextContent())
                .isEqualTo("Decision d-1: answered by home/a. 2 rules fired, 2 of 4 models may not answer.");
        assertThat(picture.texts).filteredOn(text -> text.style.equals("title")).extracting(Text::text)
                .containsExactly("answered by home/a");
    }

    @Test
    void edgesLeadFromFactsToRulesAndFromRulesToModels() throws Exception {
        Picture picture = picture(ExplanationShownTest.all());
        List<String> edges = elements(picture.document, "path").stream().map(path -> {
            String[] curve = path.getAttribute("d").split(" ", -1);
            String from = curve[0].substring(1) + " " + curve[1];
            String to = curve[6] + " " + curve[7];
            if (curve[2].equals("C" + curve[4]) && curve[3].equals(curve[1]) && curve[5].equals(curve[7])) {
                assertThat(Integer.parseInt(curve[4])).as("it bends in the middle")
                        .isEqualTo((Integer.parseInt(curve[0].substring(1)) + Integer.parseInt(curve[6])) / 2);
            }
            return picture.at(from, box -> box.x + box.width) + " -> " + picture.at(to, Box::x) + " "
                    + path.getAttribute("class");
        }).distinct().toList();
        assertThat(edges).containsExactly("Context.risk -> crisis edge", "Host.cpu -> cheap  × 2 edge",
                "cheap  × 2 -> 1. home/a edge give", "cheap  × 2 -> 2. cloud/b edge stop",
                "crisis -> ✕ cloud/c edge stop");
    }

    /// 230 wide for a whole; points are drawn at two fifths of that.
    @Test
    void barsAreAsLongAsTheSharesOfTheScore() throws Exception {
        Document document = picture(ExplanationShownTest.all()).document;
        assertBar(document, 0, 852, "quality", 69, "cost", 46, "latency", 23, "load", 23, "points", 4.6);
        assertBar(document, 1, 852, "quality", 46, "cost", 23, "latency", 23, "load", 23);
        Element taken = elements(document, "rect").stream()
                .filter(rect -> rect.getAttribute("class").equals("taken")).findFirst().orElseThrow();
        assertThat(Double.parseDouble(taken.getAttribute("width"))).isCloseTo(3.68, within(0.05));
        assertThat(Double.parseDouble(taken.getAttribute("x"))).as("over the end").isCloseTo(852 + 115 - 3.68,
                within(0.1));
    }

    private static void assertBar(Document document, int bar, double x, Object... sharesAndWidths) {
        double at = x;
        for (int i = 0; i < sharesAndWidths.length; i += 2) {
            String share = (String) sharesAndWidths[i];
            Element rect = elements(document, "rect").stream().filter(one -> one.getAttribute("class").equals(share)
                    && one.getAttribute("height").equals("12.0")).toList().get(bar);
            double width = ((Number) sharesAndWidths[i + 1]).doubleValue();
            assertThat(Double.parseDouble(rect.getAttribute("x"))).as(share).isCloseTo(at, within(0.1));
            assertThat(Double.parseDouble(rect.getAttribute("width"))).as(share).isCloseTo(width, within(0.1));
            at += width;
        }
    }

    @Test
    void whatDoesNotFitIsCutOrCounted() throws Exception {
        List<Fact> facts = IntStream.range(0, 16).mapToObj(i -> new Fact("Host", "f" + i, "x".repeat(35 + i))).toList();
        List<Fired> fired = IntStream.range(0, 15).mapToObj(i -> new Fired("r" + i, "", "", "", "f", 1, List.of(),
                List.of(), List.of())).toList();
        List<Rated> models = IntStream.range(0, 17).mapToObj(i -> new Rated("x/" + i, i + 1, 0.5, null, null,
                List.of(), List.of())).toList();
        Picture picture = picture(ExplanationShownTest.explanation(facts, fired, models));
        assertThat(picture.all("box fact")).hasSize(14);
        assertThat(picture.all("box rule")).hasSize(14);
        assertThat(picture.all("box ranked")).hasSize(14);
        assertThat(picture.texts).extracting(Text::text).contains("and 2 more facts", "and 1 more rules",
                "and 3 more models", "x".repeat(36), "x".repeat(35) + "…").doesNotContain("x".repeat(37));
        for (Text text : picture.texts) {
            assertThat(text.y).isLessThan(picture.page().height);
        }
    }

    @Test
    void aDenialIsDrawnWithItsMessage() throws Exception {
        Picture picture = picture(ExplanationShownTest.denied());
        assertThat(picture.texts).extracting(Text::text).contains("denied: denied_by_policy", "not\nnow", "✕ cloud/d");
        assertThat(picture.all("box plan")).isEmpty();
    }

    @Test
    void whateverIsWrittenIsEscaped() {
        assertThat(SvgPen.escape("<a b=\"c\" d='e'>&\t\n\u0000\u0008\ud800\uffff\ue000\ufffd\ud7ff😀"))
                .isEqualTo(
                        "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;\t\n\ufffd\ufffd\ufffd\ufffd\ue000\ufffd\ud7ff😀");
    }
}
