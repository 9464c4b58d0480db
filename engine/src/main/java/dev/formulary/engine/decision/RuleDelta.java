package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is different between the files of two rule sets.
final class RuleDelta {
    private static final Pattern RULE = Pattern.compile("^\\s*rule\\b");
    private static final Pattern ID = Pattern.compile("@id\\s*\\(\\s*\"([^\"]{1,80})\"");

    private RuleDelta() {}

    static RuleChange.Difference files(Map<String, byte[]> before, Map<String, byte[]> after) {
        return difference(before, after, Arrays::equals);
    }

    /// The rules whose text came, changed or went, by id. They are found without a parser, since among the files may be one
    /// that was refused because no parser gets to its end.
    static RuleChange.Difference rules(Map<String, byte[]> before, Map<String, byte[]> after) {
        RuleChange.Difference files = files(before, after);
        var touched = new TreeSet<>(files.added());
        touched.addAll(files.changed());
        touched.addAll(files.removed());
        return difference(texts(before, touched), texts(after, touched), Objects::equals);
    }

    /// Texts by name that came, changed or went.
    static RuleChange.Difference of(Map<String, String> before, Map<String, String> after) {
        return difference(before, after, Objects::equals);
    }

    /// The text of each rule of the rule files, by id; rows of tables are left out.
    static Map<String, String> texts(Map<String, byte[]> files) {
        var rules = new TreeMap<>(files);
        rules.keySet().removeIf(file -> !file.endsWith(".drl"));
        return texts(rules, rules.keySet());
    }

    private interface Same<T> {
        boolean test(T one, T other);
    }

    private static <T> RuleChange.Difference difference(Map<String, T> before, Map<String, T> after, Same<T> same) {
        var added = new ArrayList<String>();
        var changed = new ArrayList<String>();
        new TreeMap<>(after).forEach((name, now) -> {
            T then = before.get(name);
            if (then == null) {
                added.add(name);
            } else if (!same.test(then, now)) {
                changed.add(name);
            }
        });
        List<String> removed = before.keySet().stream().filter(name -> !after.containsKey(name)).sorted().toList();
        return new RuleChange.Difference(added, changed, removed);
    }

    private static Map<String, String> texts(Map<String, byte[]> files, Set<String> touched) {
        var texts = new TreeMap<String, String>();
        for (RuleSource source : RuleFolder.contents(files, new ArrayList<>()).rules()) {
            if (touched.contains(source.file())) {
                texts(source, texts);
            }
        }
        return texts;
    }

    private static void texts(RuleSource source, Map<String, String> texts) {
        List<String> lines = source.text().lines().toList();
        int begin = 0;
        for (int i = 1; i <= lines.size(); i++) {
            if (i == lines.size() || RULE.matcher(lines.get(i)).find()) {
                List<String> rule = lines.subList(begin, i);
                id(rule).ifPresent(id -> texts.put(id, text(rule)));
                begin = i;
            }
        }
    }

    private static Optional<String> id(List<String> rule) {
        return rule.isEmpty() || !RULE.matcher(rule.getFirst()).find()
                ? Optional.empty()
                : rule.stream().map(ID::matcher).filter(Matcher::find).findFirst().map(found -> found.group(1));
    }

    /// Up to the rule's end: what follows is a comment on the next one.
    private static String text(List<String> lines) {
        int end = lines.indexOf("end");
        return String.join("\n", end < 0 ? lines : lines.subList(0, end));
    }
}
