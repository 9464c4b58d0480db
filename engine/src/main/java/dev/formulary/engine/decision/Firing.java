package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.kie.api.runtime.rule.Match;

/// One rule that fired once.
///
/// @param facts what its patterns matched, without those that only had to be there or not
/// @param bindings what its names stood for
/// @param before how many things had been said before it
/// @param said what it said
record Firing(RuleInfo rule, List<Object> facts, Map<String, Object> bindings, int before, List<Said> said) {
    private static final String GENERATED = "GENERATED_";

    static Firing of(RuleInfo rule, Match match, int before) {
        Map<String, Object> bindings = new LinkedHashMap<>();
        for (String name : match.getDeclarationIds()) {
            Object value = name.startsWith(GENERATED) ? null : match.getDeclarationValue(name);
            if (value != null) {
                bindings.put(name, value);
            }
        }
        return new Firing(rule, match.getObjects().stream().filter(Objects::nonNull).map(Object.class::cast).toList(),
                bindings, before, List.of());
    }

    /// The same firings, each with what it said.
    static List<Firing> heard(List<Firing> firings, List<Said> said) {
        var heard = new ArrayList<Firing>(firings.size());
        for (int i = 0; i < firings.size(); i++) {
            Firing one = firings.get(i);
            int end = i + 1 < firings.size() ? firings.get(i + 1).before : said.size();
            int from = Math.min(one.before, said.size());
            heard.add(new Firing(one.rule, one.facts, one.bindings, one.before,
                    List.copyOf(said.subList(from, Math.clamp(end, from, said.size())))));
        }
        return heard;
    }
}
