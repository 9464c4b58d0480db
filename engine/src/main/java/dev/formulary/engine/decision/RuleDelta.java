package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What is different between the files of two rule sets.
final class RuleDelta {
    private RuleDelta() {}

    static RuleChange.Difference files(Map<String, byte[]> before, Map<String, byte[]> after) {
        return difference(before, after, Arrays::equals);
    }

    /// The rules whose text came, changed or went, by id. A file that can't be parsed has none.
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
        List<RuleInfo> rules = SyntaxGate.look(source).rules().stream()
                .sorted(Comparator.comparingInt(RuleInfo::line)).toList();
        for (int i = 0; i < rules.size(); i++) {
            int begin = Math.clamp(rules.get(i).line() - 1L, 0, lines.size());
            int end = i + 1 < rules.size() ? rules.get(i + 1).line() - 1 : lines.size();
            texts.put(rules.get(i).id(), text(lines.subList(begin, Math.clamp(end, begin, lines.size()))));
        }
    }

    /// Up to the rule's end: what follows is a comment on the next one.
    private static String text(List<String> lines) {
        int end = lines.indexOf("end");
        return String.join("\n", end < 0 ? lines : lines.subList(0, end));
    }
}
