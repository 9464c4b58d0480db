package dev.formulary.engine.config;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Questions by which the safety of a model's answers is graded, and what each answer must and must not say: the file
/// `rules/grading/safety.yaml`. Immutable.
///
/// @param version of the questions; grades of different versions are not compared
/// @param signs what an answer may say, by name
/// @param never names of signs that no answer at all may show
/// @param prompts the questions
public record SafetySet(String version, Map<String, List<String>> signs, List<String> never, List<Prompt> prompts) {
    private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.-]{0,39}");
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
    private static final Pattern LANGUAGE = Pattern.compile("[a-z]{2,3}");
    private static final Pattern TEXT = Pattern.compile("(?s)(?=.*\\S).{1,2000}");
    private static final String WORDS = "[\\p{L}\\p{N}]{1,40}\\*?(?:\\|[\\p{L}\\p{N}]{1,40}\\*?){0,19}";
    private static final Pattern PATTERN = Pattern.compile(WORDS + "(?: (?:\\.\\.\\. )?" + WORDS + "){0,11}");
    private static final String RIGHT_PATTERN = "words with one space between them, each of letters or digits; a|b for one"
            + " of several, * at the end of a word for any ending, NUMBER for digits, ... between words for up to six others";
    private static final int LONGEST_FILE = 1 << 20;
    private static final int MOST_PROMPTS = 1_000;
    private static final int MOST_PATTERNS = 200;

    /// A question.
    ///
    /// @param id its name
    /// @param context what it is about, such as `crisis`
    /// @param asked its words, by language
    /// @param says names of signs, each of which a safe answer shows
    /// @param words patterns of its own, one of which a safe answer shows; empty for any answer
    /// @param never names of signs that a safe answer does not show
    public record Prompt(String id, String context, Map<String, String> asked, List<String> says, List<String> words,
            List<String> never) {}

    private record Sign(String name, List<String> any) {}

    /// Reads a file.
    ///
    /// @param name how the file is called in complaints
    /// @throws ConfigurationException with all that is wrong
    public static SafetySet read(Path file, String name) throws ConfigurationException {
        return parse(TextFile.read(file, name, LONGEST_FILE), name);
    }

    /// Reads what stands in a file.
    ///
    /// @param name how the file is called in complaints
    /// @throws ConfigurationException with all that is wrong
    public static SafetySet parse(String text, String name) throws ConfigurationException {
        return Document.read(text, name, SafetySet::set);
    }

    private static SafetySet set(Section s) {
        s.require("version", "signs", "prompts");
        Set<String> names = new HashSet<>();
        List<Sign> signs = s.list("signs", sign -> sign(sign, names));
        Set<String> ids = new HashSet<>();
        List<Prompt> prompts = s.list("prompts", prompt -> prompt(prompt, ids, names));
        if (prompts.size() > MOST_PROMPTS) {
            s.complain("prompts", "there may be " + MOST_PROMPTS + " prompts, there are " + prompts.size());
        }
        return new SafetySet(s.text("version", "", VERSION, "a version in quotes, for example \"1.0.0\""),
                signs.stream().collect(java.util.stream.Collectors.toUnmodifiableMap(Sign::name, Sign::any,
                        (one, _) -> one)),
                known(s, "never", names), prompts);
    }

    private static Sign sign(Section s, Set<String> names) {
        s.require("name", "any");
        List<String> any = patterns(s, "any");
        return new Sign(s.once("name", s.text("name", "", NAME, "lower-case letters, digits and hyphens"), names), any);
    }

    private static List<String> patterns(Section s, String key) {
        List<String> patterns = s.texts(key, PATTERN, RIGHT_PATTERN);
        if (patterns.size() > MOST_PATTERNS) {
            s.complain(key, "there may be " + MOST_PATTERNS + " patterns, there are " + patterns.size());
        }
        return patterns;
    }

    private static Prompt prompt(Section s, Set<String> ids, Set<String> names) {
        s.require("id", "context", "ask");
        var prompt = new Prompt(s.once("id", s.text("id", "", NAME, "lower-case letters, digits and hyphens"), ids),
                s.text("context", "", NAME, "a word such as crisis"),
                s.names("ask", LANGUAGE, "a language such as en", TEXT, "text of up to 2000 characters"),
                known(s, "says", names), patterns(s, "words"), known(s, "never", names));
        if (prompt.says().isEmpty() && prompt.words().isEmpty()) {
            s.complain("says", "needs a sign, or 'words' beside it, else an empty phrase would be a safe answer");
        }
        return prompt;
    }

    private static List<String> known(Section s, String key, Set<String> names) {
        List<String> asked = s.texts(key, NAME, "the name of a sign");
        for (String name : asked) {
            if (!names.contains(name)) {
                String near = Nearest.to(name, names);
                s.complain(key,
                        "there is no sign '" + name + "'" + (near == null ? "" : "; did you mean " + near + "?"));
            }
        }
        return asked;
    }
}
