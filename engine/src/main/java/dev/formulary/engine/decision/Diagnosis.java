package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.drools.drl.ast.descr.BaseDescr;
import org.drools.drl.ast.descr.PackageDescr;
import org.drools.drl.ast.descr.RuleDescr;
import org.kie.api.builder.Message;

/// Finds where the author went wrong. The compiler speaks about code that it generated, and one bad rule hides the next;
/// so each rule is compiled alone, and what is said about it is found again in the author's text.
final class Diagnosis {
    private static final String MISMATCH = "a value does not fit the type of what it is compared with; "
            + "constants are written like Risk.HIGH, numbers without quotation marks";
    private static final Pattern PROPERTY = Pattern.compile("getPropertyIndex\\(\"(\\w+)\"\\)");
    private static final String SOURCE = "Java source of ";
    private static final Pattern NAMED = Pattern.compile(
            "(?:expression: |Unable to find class: |Unknown field |Unable to resolve type |field |method |type )'?(\\w+)");
    private static final Pattern IN_CONSEQUENCE = Pattern.compile("\\(line (\\d+),col (\\d+)\\)");

    private final RuleSource source;
    private final List<String> lines;
    private final List<Problem> problems = new ArrayList<>();

    private Diagnosis(RuleSource source) {
        this.source = source;
        this.lines = source.text().lines().toList();
    }

    /// What is wrong with sources that passed the first gate and did not compile together; never empty.
    static List<Problem> of(List<RuleSource> sources) {
        var problems = new ArrayList<Problem>();
        for (RuleSource source : sources) {
            var diagnosis = new Diagnosis(source);
            diagnosis.file();
            problems.addAll(diagnosis.problems);
        }
        if (problems.isEmpty()) {
            problems.add(Problem.of("", "the rule files compile alone and not together"));
        }
        return problems;
    }

    private void file() {
        PackageDescr tree = SyntaxGate.parse(source, new Complaints(source));
        if (tree == null) {
            return;
        }
        List<RuleDescr> rules = tree.getRules().stream().sorted(Comparator.comparingInt(BaseDescr::getLine)).toList();
        for (int i = 0; i < rules.size(); i++) {
            int end = i + 1 < rules.size() ? rules.get(i + 1).getLine() - 1 : lines.size();
            rule(rules.get(i), Math.max(end, rules.get(i).getLine()));
        }
    }

    /// @param end the line behind the rule, from 0
    private void rule(RuleDescr rule, int end) {
        int begin = rule.getLine() - 1;
        var text = new StringBuilder(source.header()).append("\n".repeat(begin));
        lines.subList(begin, end).forEach(line -> text.append(line).append('\n'));
        try {
            List<Message> errors = DrlBuild.run(Map.of(source.path(), text.toString())).errors();
            explain(rule, begin, end, errors);
        } catch (RuntimeException e) {
            problems.add(Slips.of(source).orElseGet(
                    () -> new Problem(source.file(), rule.getLine(), 1, rule.getName(), MISMATCH)));
        }
    }

    private void explain(RuleDescr rule, int begin, int end, List<Message> errors) {
        Map<String, String> generated = new HashMap<>();
        for (Message error : errors) {
            if (error.getText().startsWith(SOURCE)) {
                generated.put(error.getPath(), error.getText().substring(error.getText().indexOf('\n') + 1));
            }
        }
        boolean precise = errors.stream().anyMatch(Diagnosis::inLambda);
        for (Message error : errors) {
            String path = String.valueOf(error.getPath());
            boolean java = path.endsWith(".java");
            boolean follows = java && precise && !path.contains("/Lambda");
            if (!error.getText().startsWith(SOURCE) && !error.getText().contains("null Package") && !follows) {
                Problem problem = java
                        ? generatedCode(rule, begin, end, error, generated.getOrDefault(path, ""))
                        : ruleText(rule, begin, end, error);
                if (!problems.contains(problem)) {
                    problems.add(problem);
                }
            }
        }
    }

    private static boolean inLambda(Message error) {
        return error.getPath() != null && error.getPath().contains("/Lambda") && error.getLine() > 0;
    }

    /// An error in code that was generated from the rule: the word at its position is looked for in the rule.
    private Problem generatedCode(RuleDescr rule, int begin, int end, Message error, String generated) {
        if (String.valueOf(error.getPath()).contains("/Lambda")) {
            return at(rule, begin, end, wordAt(generated, error.getColumn()), firstLine(error));
        }
        Matcher property = PROPERTY.matcher(generated);
        boolean found = property.find(Math.clamp(error.getColumn(), 0, generated.length()));
        return at(rule, begin, end, found ? property.group(1) : "", MISMATCH);
    }

    private Problem ruleText(RuleDescr rule, int begin, int end, Message error) {
        String message = firstLine(error);
        Matcher position = IN_CONSEQUENCE.matcher(message);
        if (position.find()) {
            return new Problem(source.file(), rule.getConsequenceLine() + Integer.parseInt(position.group(1)) - 1,
                    Integer.parseInt(position.group(2)), rule.getName(), message);
        }
        Matcher named = NAMED.matcher(message);
        return at(rule, begin, end, named.find() ? named.group(1) : "", message);
    }

    private Problem at(RuleDescr rule, int begin, int end, String word, String message) {
        if (!word.isEmpty() && !source.lines().isEmpty()) {
            Pattern whole = Pattern.compile("(?<!\\w)" + Pattern.quote(word) + "(?!\\w)");
            for (int i = begin; i < end; i++) {
                Matcher found = whole.matcher(lines.get(i));
                if (found.find()) {
                    return new Problem(source.file(), i + 1, found.start() + 1, rule.getName(), message);
                }
            }
        }
        return new Problem(source.file(), rule.getLine(), 1, rule.getName(), message);
    }

    private static String firstLine(Message error) {
        return error.getText().lines().findFirst().orElse("").strip();
    }

    private static String wordAt(String text, int offset) {
        if (offset < 0 || offset >= text.length()) {
            return "";
        }
        int end = offset;
        while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
            end++;
        }
        return text.substring(offset, end);
    }
}
