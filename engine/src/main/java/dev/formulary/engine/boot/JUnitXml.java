package dev.formulary.engine.boot;

import dev.formulary.engine.decision.Problem;
import dev.formulary.engine.decision.ScenarioResult;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// Writes results of scenarios as continuous integration reads them: `testsuites` with a `testsuite` for each file and a
/// `testcase` for each scenario. What kept scenarios from running is a suite of errors.
final class JUnitXml {
    private final XMLStreamWriter xml;

    private JUnitXml(XMLStreamWriter xml) {
        this.xml = xml;
    }

    /// @param obstacles what is wrong besides scenarios that came out otherwise
    static String of(List<ScenarioResult> results, List<Problem> obstacles) {
        var text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
            new JUnitXml(xml).write(results, obstacles);
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("XML can always be written to memory", e);
        }
        return text.append('\n').toString();
    }

    private void write(List<ScenarioResult> results, List<Problem> obstacles) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeCharacters("\n");
        xml.writeStartElement("testsuites");
        Map<String, List<ScenarioResult>> byFile = results.stream().collect(Collectors.groupingBy(ScenarioResult::file,
                LinkedHashMap::new, Collectors.toList()));
        for (var entry : byFile.entrySet()) {
            List<ScenarioResult> ofFile = entry.getValue();
            suite(entry.getKey(), ofFile.size(), ofFile.stream().filter(one -> !one.passed()).count(), 0,
                    ofFile.stream().mapToLong(ScenarioResult::nanos).sum());
            for (ScenarioResult result : ofFile) {
                scenario(result);
            }
            xml.writeEndElement();
        }
        if (!obstacles.isEmpty()) {
            suite("rules", obstacles.size(), 0, obstacles.size(), 0);
            for (Problem problem : obstacles) {
                obstacle(problem);
            }
            xml.writeEndElement();
        }
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private void suite(String name, int tests, long failures, int errors, long nanos) throws XMLStreamException {
        xml.writeCharacters("\n");
        xml.writeStartElement("testsuite");
        attribute("name", name);
        attribute("time", seconds(nanos));
        attribute("tests", Integer.toString(tests));
        attribute("errors", Integer.toString(errors));
        attribute("skipped", "0");
        attribute("failures", Long.toString(failures));
    }

    private void scenario(ScenarioResult result) throws XMLStreamException {
        testCase(result.name(), result.file(), result.nanos());
        if (!result.passed()) {
            xml.writeStartElement("failure");
            attribute("message", result.differences().getFirst().toString());
            attribute("type", "scenario");
            xml.writeCharacters(clean(result.differences().stream()
                    .map(one -> result.file() + ":" + one.line() + " " + one).collect(Collectors.joining("\n"))));
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private void obstacle(Problem problem) throws XMLStreamException {
        testCase(problem.toString(), problem.file().isEmpty() ? "rules" : problem.file(), 0);
        xml.writeStartElement("error");
        attribute("message", problem.message());
        attribute("type", problem.code());
        xml.writeCharacters(clean(problem.toString()));
        xml.writeEndElement();
        xml.writeEndElement();
    }

    private void testCase(String name, String file, long nanos) throws XMLStreamException {
        xml.writeCharacters("\n  ");
        xml.writeStartElement("testcase");
        attribute("name", name);
        attribute("classname", file);
        attribute("time", seconds(nanos));
    }

    private void attribute(String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, clean(value));
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.6f", nanos / 1e9);
    }

    /// XML has no place for most control characters.
    private static String clean(String text) {
        return text.replaceAll("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]", "?");
    }
}
