package dev.formulary.gemini;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a model's name tells of it.
///
/// @param id as the vendor names it, without `models/`
/// @param generation a hundred times the major version plus the minor one (2.5 is 205); 0 when the name does not say
/// @param pro whether it is of the larger kind
/// @param lite whether it is of the smallest kind
record ModelTraits(String id, int generation, boolean pro, boolean lite) {
    private static final int THREE = 300;
    private static final int NEWEST = 99_99;
    private static final Pattern NAME = Pattern.compile("(?:.*/)?gemini-(\\d{1,2})(?:\\.(\\d{1,2}))?(?:-.*)?");
    private static final Pattern WELL_FORMED = Pattern.compile("(?!.*\\.\\.)[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*");

    static ModelTraits of(String id) {
        String name = id.toLowerCase(Locale.ROOT);
        return new ModelTraits(id, generation(name), name.contains("-pro"), name.contains("-lite"));
    }

    private static int generation(String name) {
        Matcher found = NAME.matcher(name);
        if (found.matches()) {
            int minor = found.group(2) == null ? 0 : Integer.parseInt(found.group(2));
            return 100 * Integer.parseInt(found.group(1)) + minor;
        }
        return name.startsWith("gemini-") && name.endsWith("-latest") ? NEWEST : 0;
    }

    /// Whether the name can stand in the path of an address.
    boolean wellFormed() {
        return WELL_FORMED.matcher(id).matches();
    }

    /// The model's place in the API.
    String path() {
        return id.startsWith("tunedModels/") || id.startsWith("models/") ? id : "models/" + id;
    }

    /// Whether it checks the signatures of tool calls, takes pictures among their results, and thinks in levels.
    boolean isThreeOrLater() {
        return generation >= THREE;
    }
}
