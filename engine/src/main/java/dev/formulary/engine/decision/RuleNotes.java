package dev.formulary.engine.decision;

import dev.formulary.engine.config.Nearest;
import dev.formulary.engine.facts.AlertTiming;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.drools.drl.ast.descr.AnnotationDescr;
import org.drools.drl.ast.descr.RuleDescr;

/// What stands above `when`: what a rule is called and why it is there, and, where it watches, when its alerts begin and end.
final class RuleNotes {
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,79}");
    private static final Pattern QUOTED = Pattern.compile("\"([^\"\\\\]|\\\\.)*\"", Pattern.DOTALL);
    private static final int LIMIT = 500;
    private static final Set<String> NOTES = Set.of("id", "reason", "owner");
    private static final Set<String> TIMES = Set.of("lasting", "recovery", "cooldown");
    private static final Set<String> ALL = Stream.concat(NOTES.stream(), TIMES.stream())
            .collect(Collectors.toUnmodifiableSet());

    private final RuleDescr rule;
    private final Complaints complaints;
    private final List<String> lines;
    private final boolean watches;

    private RuleNotes(RuleDescr rule, boolean watches, Complaints complaints) {
        this.rule = rule;
        this.watches = watches;
        this.complaints = complaints;
        this.lines = complaints.source().text().lines().toList();
    }

    /// Looks at the notes of a rule; what is wrong with them becomes complaints.
    ///
    /// @param watches whether it is heard on a tick
    static RuleInfo look(RuleDescr rule, int salience, boolean watches, Complaints complaints) {
        return new RuleNotes(rule, watches, complaints).info(salience);
    }

    private RuleInfo info(int salience) {
        String id = text(rule, "id");
        String reason = text(rule, "reason");
        if (id.isEmpty()) {
            complaints.add(rule.getLine(), "", rule.getName(), "the rule needs an @id(\"...\"), unique in the folder");
        } else if (!ID.matcher(id).matches()) {
            complaints.add(rule.getLine(), "", rule.getName(), "@id '" + id
                    + "' must be lower-case letters, digits, '.', '_' and '-', for example '"
                    + id.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]+", "-") + "'");
        }
        if (reason.isEmpty()) {
            complaints.add(rule.getLine(), "", rule.getName(),
                    "the rule needs a @reason(\"...\"): callers are told it when the rule refuses them");
        }
        rule.getAnnotations().forEach(this::note);
        RuleSource source = complaints.source();
        return new RuleInfo(id, rule.getName(), text(rule, "owner"), reason, source.kind(), source.file(),
                rule.getLine(), salience, watches ? timing() : null);
    }

    private void note(AnnotationDescr annotation) {
        String name = annotation.getName();
        Set<String> known = watches ? ALL : NOTES;
        if (TIMES.contains(name) && !watches) {
            complain(name, "@" + name + " is for " + Watching.WHO + "; what a rule says of calls is an alert at once");
        } else if (!known.contains(name)) {
            String nearest = Nearest.to(name, known);
            complain(name, "@" + name + " is not known" + (nearest != null
                    ? ", did you mean @" + nearest + "?"
                    : "; a rule has @id, @reason and @owner"
                            + (watches ? ", and as it watches @lasting, @recovery and @cooldown" : "")));
        } else if (!plain(annotation)) {
            complain(name, "@" + name + " must hold one text in quotation marks, of at most " + LIMIT + " characters");
        } else if (TIMES.contains(name) && Spans.read(text(rule, name)) == null) {
            complain(name, "@" + name + " takes " + Spans.RIGHT + ", not '" + text(rule, name) + "'");
        }
    }

    private AlertTiming timing() {
        AlertTiming preset = AlertTiming.PRESET;
        return new AlertTiming(span("lasting", preset.lasting()), span("recovery", preset.recovery()),
                span("cooldown", preset.cooldown()));
    }

    private Duration span(String name, Duration preset) {
        Duration read = Spans.read(text(rule, name));
        return read == null ? preset : read;
    }

    private void complain(String note, String message) {
        int line = Math.max(rule.getLine(), 1);
        while (line < lines.size() && !lines.get(line - 1).contains("@" + note)
                && !lines.get(line - 1).strip().equals("when")) {
            line++;
        }
        complaints.add(line, "@" + note, rule.getName(), message);
    }

    private static boolean plain(AnnotationDescr annotation) {
        String text = String.valueOf(annotation.getSingleValue()).strip();
        return annotation.getValueMap().size() == 1 && text.length() <= LIMIT + 2 && QUOTED.matcher(text).matches();
    }

    /// A note without the quotes with which the parser gives it; empty when there is none.
    static String text(RuleDescr rule, String name) {
        AnnotationDescr annotation = rule.getAnnotation(name);
        if (annotation == null || annotation.getSingleValue() == null) {
            return "";
        }
        String text = String.valueOf(annotation.getSingleValue()).strip();
        return text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")
                ? text.substring(1, text.length() - 1).replace("\\\"", "\"").strip()
                : text;
    }
}
