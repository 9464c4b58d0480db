package dev.formulary.engine.keys;

import dev.formulary.engine.config.DurationText;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A key that somebody wants.
///
/// @param role of an admin key; null for the key of a client
/// @param expires from when it is not good any more, or null
public record KeyOrder(String name, @Nullable Role role, KeyGrant grant, @Nullable Instant expires, String note) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern MODEL = Pattern.compile("[^\\s,]*[/*][^\\s,]*");
    private static final int LONGEST_NOTE = 200;
    private static final int MOST_ITEMS = 50;
    private static final Set<String> OF_CLIENTS = new LinkedHashSet<>(
            List.of("tenant", "pool", "labels", "models", "limits", "defaults", "fixed"));
    private static final Set<String> KNOWN = new TreeSet<>(
            List.of("name", "role", "expires", "note", "tenant", "pool", "labels", "models", "limits", "defaults",
                    "fixed"));

    /// Reads what was said; lists are divided by commas, and facts are as in `X-Formulary-Context`.
    ///
    /// @param said by name: `name`, `role`, `tenant`, `pool`, `labels`, `models`, `limits`, `defaults`, `fixed`, `expires`
    ///     (a duration, a day or a time), `note`
    /// @param facts reads facts, by name; throws [IllegalArgumentException] for those that are none
    /// @throws IllegalArgumentException when something is wrong; the message is for the user
    public static KeyOrder of(Map<String, String> said, Function<String, Map<String, String>> facts, Instant now) {
        said.keySet().stream().filter(each -> !KNOWN.contains(each)).findFirst().ifPresent(odd -> {
            throw new IllegalArgumentException("'" + Texts.shown(odd) + "' is not known; a key has " + String.join(", ",
                    KNOWN));
        });
        said.forEach((member, value) -> {
            if (!KeyToken.masked(value).equals(value)) {
                throw new IllegalArgumentException("'" + member + "' holds a key; what stands here is shown");
            }
        });
        String word = said.get("role");
        Role role = word == null ? null : Role.of(word);
        OF_CLIENTS.stream().filter(each -> role != null && said.containsKey(each)).findFirst().ifPresent(odd -> {
            throw new IllegalArgumentException("'" + odd + "' is for keys of clients, and an admin key is none; leave"
                    + " out either it or 'role'");
        });
        String note = said.getOrDefault("note", "").strip();
        if (note.length() > LONGEST_NOTE || note.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("'note' must be one line of at most " + LONGEST_NOTE + " characters");
        }
        return new KeyOrder(name("name", said.getOrDefault("name", "")), role, grant(said, facts),
                expires(said.get("expires"), now), note);
    }

    private static KeyGrant grant(Map<String, String> said, Function<String, Map<String, String>> facts) {
        List<String> models = items(said, "models");
        models.stream().filter(each -> !MODEL.matcher(each).matches()).findFirst().ifPresent(odd -> {
            throw new IllegalArgumentException(
                    "'models' must have names like provider/model, with * for any characters,"
                            + " not '" + Texts.shown(odd) + "'");
        });
        Map<String, String> defaults = facts(said, "defaults", facts);
        Map<String, String> fixed = facts(said, "fixed", facts);
        defaults.keySet().stream().filter(fixed::containsKey).findFirst().ifPresent(both -> {
            throw new IllegalArgumentException("'" + both + "' is in 'defaults' and in 'fixed'; leave out one");
        });
        return new KeyGrant(name("tenant", said.getOrDefault("tenant", "default")),
                said.containsKey("pool") ? name("pool", said.getOrDefault("pool", "")) : "", labels(said), models,
                items(said, "limits").stream().map(KeyLimit::of).toList(), defaults, fixed);
    }

    private static Set<String> labels(Map<String, String> said) {
        var labels = new TreeSet<String>();
        items(said, "labels").forEach(each -> labels.add(name("labels", each)));
        return Set.copyOf(labels);
    }

    private static Map<String, String> facts(Map<String, String> said, String member,
            Function<String, Map<String, String>> facts) {
        String text = said.getOrDefault(member, "");
        try {
            return text.isBlank() ? Map.of() : Map.copyOf(facts.apply(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + member + "': " + e.getMessage(), e);
        }
    }

    private static List<String> items(Map<String, String> said, String member) {
        List<String> items = Arrays.stream(said.getOrDefault(member, "").split(",", -1)).map(String::strip)
                .filter(each -> !each.isEmpty()).distinct().toList();
        if (items.size() > MOST_ITEMS) {
            throw new IllegalArgumentException("'" + member + "' has more than " + MOST_ITEMS + " entries");
        }
        if (items.isEmpty() && said.containsKey(member)) {
            // an empty list of models would allow all
            throw new IllegalArgumentException("'" + member + "' is empty; leave it out or name something");
        }
        return items;
    }

    private static String name(String member, String text) {
        if (!NAME.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + member + "' must be 1 to 64 letters, digits, '.', '_' or '-', and"
                    + " begin with a letter or digit, not '" + Texts.shown(text) + "'");
        }
        return text;
    }

    private static @Nullable Instant expires(@Nullable String text, Instant now) {
        if (text == null) {
            return null;
        }
        Duration after = DurationText.read(text);
        try {
            Instant at = after != null
                    ? now.plus(after)
                    : text.contains("T")
                            ? Instant.parse(text)
                            : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
            if (at.isAfter(now)) {
                return at;
            }
        } catch (DateTimeException | ArithmeticException e) {
            // said below, like a time that is over
        }
        throw new IllegalArgumentException(
                "'expires' must be a duration such as 30d, a day such as 2030-01-31 or a time"
                        + " such as 2030-01-31T12:00:00Z, and in the future, not '" + Texts.shown(text) + "'");
    }
}
