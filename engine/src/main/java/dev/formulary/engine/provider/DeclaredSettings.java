package dev.formulary.engine.provider;

import dev.formulary.engine.config.DurationText;
import dev.formulary.engine.config.Nearest;
import dev.formulary.spi.Setting;
import java.math.BigDecimal;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks a provider's entry in the configuration against the settings that its plug-in declares. A plug-in that declares
/// none checks for itself.
final class DeclaredSettings {
    /// What the gateway itself reads in every entry.
    private static final Set<String> OWN = Set.of("models");

    private final Map<String, Setting> declared = new LinkedHashMap<>();
    private final Opened.Entry entry;
    private final List<String> complaints = new ArrayList<>();

    private DeclaredSettings(List<Setting> declared, Opened.Entry entry) {
        declared.forEach(setting -> this.declared.put(setting.name(), setting));
        this.entry = entry;
    }

    /// @throws Refusal with everything that is wrong, each with its place
    static void check(List<Setting> declared, Opened.Entry entry) throws Refusal {
        if (declared.isEmpty()) {
            return;
        }
        var check = new DeclaredSettings(declared, entry);
        entry.settings().forEach(check::one);
        check.missing();
        if (!check.complaints.isEmpty()) {
            throw new Refusal(String.join("; ", check.complaints));
        }
    }

    private void one(String name, Object value) {
        Setting setting = declared.get(name);
        if (setting == null) {
            if (!OWN.contains(name)) {
                complain(name, unknown(name));
            }
            return;
        }
        String right = wrong(setting, value);
        if (right != null) {
            boolean secret = setting.type() == Setting.Type.SECRET;
            complain(name, "'" + name + "' must be " + right + (secret ? "" : ", not '" + value + "'"));
        }
    }

    private String unknown(String name) {
        String nearest = Nearest.to(name, declared.keySet());
        return "'" + name + "' is not a setting of the kind '" + entry.kind() + "'; " + (nearest == null
                ? "there are " + String.join(", ", declared.keySet())
                : "did you mean '" + nearest + "'?");
    }

    private void missing() {
        for (Setting setting : declared.values()) {
            if (setting.required() && !entry.settings().containsKey(setting.name())) {
                complain("", "'" + setting.name() + "' is missing: " + setting.meaning());
            }
        }
    }

    private void complain(String name, String message) {
        String place = entry.places().getOrDefault(name, "");
        complaints.add(place.isEmpty() ? message : place + " " + message);
    }

    /// @return what would be right, or null when the value is
    private static @Nullable String wrong(Setting setting, Object value) {
        return switch (setting.type()) {
            case TEXT, SECRET -> value instanceof String text && !text.isBlank() ? null : "text that is not empty";
            case URL -> isUrl(value) ? null : "an address that begins with http:// or https://";
            case NUMBER -> number(setting, value, false);
            case WHOLE -> number(setting, value, true);
            case FLAG -> value.toString().matches("true|false") ? null : "true or false";
            case DURATION -> DurationText.read(value.toString()) != null
                    ? null
                    : "a duration, for example 500ms, 10s, 5m, 2h or 1d";
            case CHOICE -> isChoice(setting, value)
                    ? null
                    : String.join(" or ", setting.choices());
            case LIST -> value instanceof List<?> ? null : "a list";
            case MAP -> value instanceof Map<?, ?> ? null : "names and values";
        };
    }

    /// YAML takes `off` and `on` for truth values.
    private static boolean isChoice(Setting setting, Object value) {
        List<String> words = value instanceof Boolean yes
                ? yes ? List.of("true", "on", "yes") : List.of("false", "off", "no")
                : List.of(value.toString());
        return setting.choices().stream().anyMatch(words::contains);
    }

    private static boolean isUrl(Object value) {
        try {
            URI uri = URI.create(value.toString());
            return uri.getHost() != null && List.of("http", "https").contains(String.valueOf(uri.getScheme()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static @Nullable String number(Setting setting, Object value, boolean whole) {
        try {
            var number = new BigDecimal(value.toString());
            boolean inside = number.doubleValue() >= setting.least() && number.doubleValue() <= setting.most();
            if (inside && !(whole && number.stripTrailingZeros().scale() > 0)) {
                return null;
            }
        } catch (NumberFormatException e) {
            // told like a number out of range
        }
        return (whole ? "a whole number" : "a number") + range(setting);
    }

    private static String range(Setting setting) {
        boolean from = Double.isFinite(setting.least());
        boolean to = Double.isFinite(setting.most());
        return (from ? " from " + plain(setting.least()) : "")
                + (to ? (from ? " to " : " up to ") + plain(setting.most()) : "");
    }

    private static String plain(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
