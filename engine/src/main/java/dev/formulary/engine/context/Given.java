package dev.formulary.engine.context;

import java.util.Locale;
import java.util.Map;

/// Facts that come with the caller's key, by the names of the vocabulary.
///
/// @param defaults hold unless the call declares others
/// @param fixed hold always; a call that declares others is refused
public record Given(Map<String, String> defaults, Map<String, String> fixed) {
    /// Nothing.
    public static final Given NOTHING = new Given(Map.of(), Map.of());
    private static final String SOURCE = "key";

    /// Adds the defaults to what is declared.
    void before(Map<String, String> facts, Map<String, String> sources) {
        facts.putAll(defaults);
        defaults.keySet().forEach(name -> sources.put(name, SOURCE));
    }

    /// Puts what is fixed over what was declared.
    ///
    /// @throws InvalidFactException when something else was declared: it is not left out in silence
    void over(Map<String, String> facts, Map<String, String> sources) throws InvalidFactException {
        for (Map.Entry<String, String> each : fixed.entrySet()) {
            String said = facts.put(each.getKey(), each.getValue());
            if (said != null && !plain(said).equals(plain(each.getValue()))) {
                throw new InvalidFactException(each.getKey(), "the fact '" + each.getKey()
                        + "' is fixed by the API key as '" + each.getValue() + "'; say the same, or leave it out");
            }
            sources.put(each.getKey(), SOURCE);
        }
    }

    /// Words may be written with hyphens and capitals.
    private static String plain(String value) {
        return value.toLowerCase(Locale.ROOT).replace('-', '_');
    }
}
