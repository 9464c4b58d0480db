package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.drools.drl.ast.descr.AttributeDescr;
import org.drools.drl.ast.descr.BaseDescr;
import org.drools.drl.ast.descr.PackageDescr;
import org.drools.drl.ast.descr.QueryDescr;
import org.drools.drl.ast.descr.RuleDescr;
import org.drools.drl.parser.DrlParser;
import org.drools.drl.parser.DroolsError;
import org.drools.drl.parser.DroolsParserException;
import org.jspecify.annotations.Nullable;
import org.kie.internal.builder.conf.LanguageLevelOption;

/// The first gate: looks at a file's syntax tree before the compiler does, and lets pass only what is on its lists.
final class SyntaxGate {
    /// Bytes of one file.
    static final int FILE_LIMIT = 256 * 1024;

    static final String RULES_ONLY = " is not allowed, a rule file holds rules only; the facts and their words are known "
            + "without it";

    private static final Pattern POSITION = Pattern.compile("Line (\\d+):(\\d+)\\s+(.*)", Pattern.DOTALL);
    private static final Pattern IN_RULE = Pattern.compile("in rule \"([^\"]*)\"");
    private static final Pattern INPUT = Pattern.compile("(?:mismatched|extraneous) input '([^'\\n]+)'"
            + "|no viable alternative at input '([^'\\n]+)'");
    private static final Pattern INTEGER = Pattern.compile("-?\\d{1,9}");
    private static final int NAME_LIMIT = 120;

    private final RuleSource source;
    private final List<String> lines;
    private final Complaints complaints;
    private final List<RuleInfo> rules = new ArrayList<>();
    private final ConditionGate conditions;
    /// Complaints about what people are told of a rule; all others are about what a rule does.
    private int missingNotes;
    /// Complaints about words that there are not; the compiler would tell the same less clearly.
    private int wrongWords;

    private SyntaxGate(RuleSource source) {
        this.source = source;
        this.lines = source.text().lines().toList();
        this.complaints = new Complaints(source);
        this.conditions = new ConditionGate(complaints);
    }

    /// @param rules in the order of the file
    /// @param factTypes the facts for which some rule asks that is heard with calls
    /// @param watchedTypes the same of rules that watch
    /// @param problems empty when the file passes
    /// @param harmless whether the compiler may look at the file, so that it can tell what else is wrong
    /// @param readable whether those may read the file who look for what is probably not meant
    record Passed(List<RuleInfo> rules, Set<String> factTypes, Set<String> watchedTypes, List<Problem> problems,
            boolean harmless,
            boolean readable) {}

    static Passed look(RuleSource source) {
        var gate = new SyntaxGate(source);
        try {
            gate.file();
        } catch (StackOverflowError e) {
            gate.complaints.add(Problem.of(source.file(),
                    "something in the file is nested too deeply to be read, write several conditions or rules"));
        }
        int all = gate.complaints.all().size();
        return new Passed(List.copyOf(gate.rules), Set.copyOf(gate.conditions.factTypes(false)),
                Set.copyOf(gate.conditions.factTypes(true)), gate.complaints.all(),
                all == gate.missingNotes, all == gate.missingNotes + gate.wrongWords);
    }

    private void file() {
        PackageDescr tree = read(source, complaints);
        if (tree != null && complaints.none()) {
            header(tree);
            var names = new HashSet<String>();
            tree.getRules().stream().sorted(Comparator.comparingInt(BaseDescr::getLine)).forEach(rule -> rule(rule,
                    names));
        }
    }

    /// Reads the syntax of a file of which nothing is known yet, unless its characters tell already that this would take for
    /// ever.
    static @Nullable PackageDescr read(RuleSource source, Complaints complaints) {
        if (source.bytes() > FILE_LIMIT) {
            complaints.add(Problem.of(source.file(), "a rule file may have " + FILE_LIMIT / 1024 + " KiB, split it"));
            return null;
        }
        TextGate.look(source.text(), complaints);
        return complaints.none() ? parse(source, complaints) : null;
    }

    /// Reads the syntax; what is wrong with it becomes complaints.
    static @Nullable PackageDescr parse(RuleSource source, Complaints complaints) {
        var parser = new DrlParser(LanguageLevelOption.DRL6);
        PackageDescr tree = null;
        try {
            tree = parser.parse(null, source.drl());
        } catch (DroolsParserException | RuntimeException e) {
            complaints.add(Slips.of(source).orElseGet(
                    () -> Problem.of(source.file(), "the file can't be read as rules: " + e.getMessage())));
        }
        if (parser.hasErrors()) {
            Slips.of(source).ifPresentOrElse(complaints::add,
                    () -> parser.getErrors().forEach(error -> complaints.add(syntaxError(source, error))));
        }
        return tree;
    }

    private static Problem syntaxError(RuleSource source, DroolsError error) {
        int line = error.getLines().length > 0 ? error.getLines()[0] : 0;
        int column = 0;
        String message = error.getMessage();
        Matcher position = POSITION.matcher(message);
        if (position.find()) {
            line = Integer.parseInt(position.group(1));
            column = Integer.parseInt(position.group(2)) + 1;
            message = position.group(3);
        }
        if (line == 1) {
            column = Math.max(1, column - source.header().length());
        }
        Matcher rule = IN_RULE.matcher(message);
        Matcher input = INPUT.matcher(message);
        return new Problem(source.file(), line, column, rule.find() ? rule.group(1) : "", input.find()
                ? "'" + (input.group(1) == null ? input.group(2) : input.group(1))
                        + "' is not expected here; look at what stands before it"
                : message.lines().findFirst().orElse("").strip());
    }

    private void header(PackageDescr tree) {
        if (!tree.getName().equals(source.packageName())) {
            complaints.add(tree.getLine(), "package", "", "'package' is not allowed, every file has its own");
        }
        int ours = Vocabulary.importCount();
        tree.getImports().stream().skip(ours).forEach(descr -> refuse(descr, "import"));
        tree.getFunctionImports().forEach(descr -> refuse(descr, "import"));
        tree.getAccumulateImports().forEach(descr -> refuse(descr, "import"));
        tree.getGlobals().stream().skip(1).forEach(descr -> refuse(descr, "global"));
        tree.getFunctions().forEach(descr -> refuse(descr, "function"));
        tree.getTypeDeclarations().forEach(descr -> refuse(descr, "declare"));
        tree.getEnumDeclarations().forEach(descr -> refuse(descr, "declare"));
        tree.getEntryPointDeclarations().forEach(descr -> refuse(descr, "declare"));
        tree.getWindowDeclarations().forEach(descr -> refuse(descr, "declare"));
        tree.getAttributes().forEach(descr -> refuse(descr, descr.getName()));
        if (tree.getUnit() != null) {
            refuse(tree.getUnit(), "unit");
        }
    }

    private void refuse(BaseDescr descr, String word) {
        complaints.add(descr.getLine(), word, "", "'" + word + "'" + RULES_ONLY);
    }

    private void rule(RuleDescr rule, Set<String> names) {
        String name = rule.getName();
        if (rule instanceof QueryDescr) {
            complaints.add(rule.getLine(), "query", name, "'query' is not allowed, only rules are");
            return;
        }
        if (name.isBlank() || name.length() > NAME_LIMIT || name.contains("\n")) {
            complaints.add(rule.getLine(), "rule", "", "a rule's name stands on one line and has 1 to " + NAME_LIMIT
                    + " characters");
            return;
        }
        if (!names.add(name)) {
            complaints.add(rule.getLine(), name, name, "another rule of this file has this name");
        }
        if (rule.getParentName() != null) {
            complaints.add(rule.getLine(), "extends", name, "'extends' is not allowed, write the conditions out");
        }
        for (AttributeDescr attribute : rule.getAttributes().values()) {
            attribute(name, attribute);
        }
        if (!rule.getNamedConsequences().isEmpty()) {
            complaints.add(rule.getLine(), "", name, "named consequences are not allowed, write another rule");
        }
        int before = complaints.all().size();
        boolean watches = Watching.watches(source.kind(), rule.getLhs());
        rules.add(RuleNotes.look(rule, salience(rule), watches, complaints));
        missingNotes += complaints.all().size() - before;
        int harmless = complaints.all().size();
        CodeGate code = conditions.look(name, rule.getLhs(), watches);
        String consequence = String.valueOf(rule.getConsequence());
        int line = consequenceLine(rule.getConsequenceLine(), consequence);
        code.consequence(line, consequence);
        if (complaints.all().size() == harmless) {
            VerbGate.look(name, watches, line, consequence, complaints);
            wrongWords += complaints.all().size() - harmless;
            harmless = complaints.all().size();
        }
        // the words of a table's cells have been looked at, and its rules have no columns
        if (complaints.all().size() == harmless && !Tables.table(source.file())) {
            RuleWords.look(source, rule, line, complaints);
            wrongWords += complaints.all().size() - harmless;
        }
    }

    /// The parser tells where `then` stands, and leaves out an unknown number of empty lines behind it.
    private int consequenceLine(int then, String consequence) {
        int first = Math.max(then, 1);
        if (first > lines.size() || lines.get(first - 1).replaceFirst("^.*\\bthen\\b", "").isBlank()) {
            do {
                first++;
            } while (first <= lines.size() && lines.get(first - 1).isBlank());
        }
        return first - (int) consequence.lines().takeWhile(String::isBlank).count();
    }

    private void attribute(String rule, AttributeDescr attribute) {
        String value = bare(attribute);
        switch (attribute.getName()) {
            case "salience" -> {
                if (!INTEGER.matcher(value).matches()) {
                    complaints.add(attribute.getLine(), "salience", rule, "salience must be a whole number, not '"
                            + attribute.getValue() + "'");
                }
            }
            case "no-loop" -> {
                // harmless: facts never change
            }
            case "enabled" -> {
                if (!value.equals("true") && !value.equals("false")) {
                    complaints.add(attribute.getLine(), "enabled", rule, "enabled must be true or false");
                }
            }
            default -> complaints.add(attribute.getLine(), attribute.getName(), rule, "'" + attribute.getName()
                    + "' is not allowed; a rule may have salience, no-loop and enabled");
        }
    }

    private static int salience(RuleDescr rule) {
        AttributeDescr attribute = rule.getAttributes().get("salience");
        String value = attribute == null ? "" : bare(attribute);
        return INTEGER.matcher(value).matches() ? Integer.parseInt(value) : 0;
    }

    private static String bare(AttributeDescr attribute) {
        return attribute.getValue().replaceAll("[()\\s]", "");
    }
}
