package dev.formulary.engine.context;

import dev.formulary.engine.facts.SensitiveKind;
import dev.formulary.spi.ChatRequest;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds data about a person by its form: numbers by their check digits where they have some, the rest by its shape and by
/// the word before it. It rather misses something than calls any number a secret; what it does not find may be there all
/// the same. It reads all that the person and tools said, from the latest turn on, 16,000 characters at most, each a
/// bounded number of times. It keeps nothing of what it read; [TextMemory] does, for minutes.
final class SensitiveData {
    private static final int LOOKED_AT = 16_000;
    private static final List<String> SECRET_WORDS = List.of("password", "passwort", "contraseña", "passphrase",
            "api key", "api_key", "apikey", "api-key", "secret key", "access key", "client secret", "pwd", "passwd",
            "mot de passe");
    /// These mean other things, too.
    private static final List<String> MAYBE_SECRET_WORDS = List.of("clave", "pass");
    private static final List<String> BORN = List.of("born", "dob", "birth date", "date of birth", "birthday is",
            "nací",
            "né", "née", "nato", "nata");
    private static final List<String> BIRTH = List.of("birthdate", "nacid", "nacimiento", "geboren", "geburts",
            "naissance", "nascid", "nascimento");
    private static final List<String> IBAN = List.of("iban");
    /// What keys of well-known vendors look like.
    private static final Pattern KEY = Pattern
            .compile("(?:sk-[A-Za-z0-9_-]{20,99}|[rs]k_(?:live|test)_[A-Za-z0-9]{16,99}"
                    + "|glpat-[A-Za-z0-9_-]{20,99}|hf_[A-Za-z0-9]{30,99}|gh[pousr]_[A-Za-z0-9]{30,99}"
                    + "|github_pat_[A-Za-z0-9_]{30,99}|AKIA[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{35}|xox[abprs]-[A-Za-z0-9-]{10,99}"
                    + "|eyJ[A-Za-z0-9_-]{10,500}\\.[A-Za-z0-9_-]{10,500}\\.)");
    private static final String KEY_BEGINNINGS = "sgAxerh";
    private static final String NO_STREET = "(?:[A-Z][\\w'.]{1,20} ){0,2}(?:Supreme|High|Tennis|Squash|District|Hard|Disk"
            + "|Flash|Tape|Test|USB) (?:Court|Drive)";
    private static final Pattern STREET = Pattern.compile("\\d{1,5}[A-Za-z]?,? (?:(?!" + NO_STREET
            + ")(?:[A-Z][\\w'.]{1,20} ){1,3}"
            + "(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Boulevard|Blvd|Court|Terrace)\\b"
            + "|(?:rue|avenue|boulevard|place|chemin|allée) (?:de |du |des |la |le |l'|d'){0,3}\\p{Lu})");
    private static final Pattern STREET_FIRST = Pattern.compile("(?:(?:[Cc]alle|C/|[Aa]venida|[Aa]vda\\.?|Av\\."
            + "|[Pp]aseo|[Cc]arretera|[Pp]laza|[Rr]ue|[Vv]ia|Rua) (?:\\p{L}{1,20} ){1,4}|\\p{Lu}\\p{L}{2,30}(?:straße|strasse|str\\.|weg|platz|gasse) )[Nn]?º? ?\\d{1,4}\\b");
    private static final int STREET_LENGTH = 110;

    private static final Pattern NIE = Pattern.compile("[XYZ]-?\\d{7}-?[A-Z](?![A-Za-z0-9])");
    /// With the character behind it.
    private static final int NIE_LENGTH = 12;

    private final String text;
    private final Set<SensitiveKind> found;

    private SensitiveData(String text, Set<SensitiveKind> found) {
        this.text = text;
        this.found = found;
    }

    static Set<SensitiveKind> in(List<TextMemory.Turn> turns) {
        Set<SensitiveKind> found = EnumSet.noneOf(SensitiveKind.class);
        int left = LOOKED_AT;
        for (int i = turns.size() - 1; i >= 0 && left > 0; i--) {
            TextMemory.Turn turn = turns.get(i);
            ChatRequest.Role role = turn.message().role();
            if (role == ChatRequest.Role.USER || role == ChatRequest.Role.TOOL) {
                for (KnownText text : turn.texts()) {
                    int length = text.text().length();
                    if (length <= left) {
                        found.addAll(text.sensitive());
                    } else {
                        in(text.text().substring(0, left), found);
                    }
                    left -= Math.min(left, length);
                }
            }
        }
        return found;
    }

    static void in(String text, Set<SensitiveKind> found) {
        new SensitiveData(text, found).scan();
    }

    private void scan() {
        boolean digits = false;
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            boolean begins = at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1));
            if (c == '@') {
                email(at);
            } else if (begins && (isDigit(c) || c == '+')) {
                digits |= isDigit(c);
                at = number(at);
                continue;
            } else if (begins && c >= 'A' && c <= 'Z') {
                capital(at);
            } else if (begins && c >= 'a' && c <= 'z' && WordsBefore.of(text, at).any(IBAN)) {
                iban(at);
            }
            if (begins && KEY_BEGINNINGS.indexOf(c) >= 0 && keyAt(at)) {
                found.add(SensitiveKind.SECRET);
            }
            if (c == ':' || c == '=' || (c == '-' && text.startsWith("-----BEGIN ", at))) {
                assigned(at);
            }
            at++;
        }
        if (digits && !found.contains(SensitiveKind.POSTAL_ADDRESS)) {
            address();
        }
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private boolean keyAt(int at) {
        return KEY.matcher(text).region(at, Math.min(text.length(), at + 1_100)).lookingAt();
    }

    private void email(int at) {
        int domain = at + 1;
        int dot = -1;
        while (domain < text.length() && domain - at < 255 && mailPart(text.charAt(domain), false)) {
            dot = text.charAt(domain) == '.' ? domain : dot;
            domain++;
        }
        if (text.charAt(domain - 1) == '.') {
            domain--;
            dot = text.lastIndexOf('.', domain - 1);
        }
        boolean local = at > 0 && mailPart(text.charAt(at - 1), true) && text.charAt(at - 1) != '.';
        if (local && dot > at + 1 && domain - dot > 2 && Character.isLetter(text.charAt(dot + 1))) {
            found.add(SensitiveKind.EMAIL);
        }
    }

    private static boolean mailPart(char c, boolean local) {
        return Character.isLetterOrDigit(c) || c == '.' || c == '-' || (local && (c == '_' || c == '+' || c == '%'));
    }

    /// @return where to go on
    private int number(int at) {
        var run = new NumberRun(text, at);
        WordsBefore before = WordsBefore.of(text, at);
        run.kind(before).ifPresent(found::add);
        if ((run.dated() || run.endsDate(before)) && (before.any(BORN) || before.begin(BIRTH))) {
            found.add(SensitiveKind.DATE_OF_BIRTH);
        }
        return Math.max(at + 1, run.end());
    }

    /// An IBAN, or a Spanish number for foreigners.
    private void capital(int at) {
        if ("XYZ".indexOf(text.charAt(at)) >= 0) {
            Matcher nie = NIE.matcher(text).region(at, Math.min(text.length(), at + NIE_LENGTH));
            if (nie.lookingAt() && Checksums.dni(nie.group().replace("-", ""))) {
                found.add(SensitiveKind.NATIONAL_ID);
            }
        }
        if (at + 15 <= text.length() && Character.isUpperCase(text.charAt(at + 1)) && isDigit(text.charAt(at + 2))
                && isDigit(text.charAt(at + 3))) {
            iban(at);
        }
    }

    /// Countries have 15 to 34 characters, often written in groups of four; the number may be followed by a word, so every
    /// length is tried.
    private void iban(int at) {
        var plain = new StringBuilder();
        for (int i = at; i < text.length() && plain.length() < 34; i++) {
            char c = Character.toUpperCase(text.charAt(i));
            if ((c >= 'A' && c <= 'Z') || isDigit(c)) {
                plain.append(c);
                boolean ends = i + 1 == text.length() || !Character.isLetterOrDigit(text.charAt(i + 1));
                if (ends && plain.length() >= 15 && Checksums.iban(plain.toString())) {
                    found.add(SensitiveKind.BANK_ACCOUNT);
                    return;
                }
            } else if (c != ' ' && c != '-') {
                return;
            }
        }
    }

    /// `password: …`, and the beginning of a private key.
    private void assigned(int at) {
        if (text.charAt(at) == '-') {
            int line = text.indexOf('\n', at);
            if (text.substring(at, line < 0 ? Math.min(text.length(), at + 60) : Math.min(line, at + 60))
                    .contains("PRIVATE KEY")) {
                found.add(SensitiveKind.SECRET);
            }
            return;
        }
        String before = WordsBefore.of(text, at).text().stripTrailing();
        boolean named = named(before, SECRET_WORDS);
        if (named || named(before, MAYBE_SECRET_WORDS)) {
            int from = at + 1;
            while (from < text.length() && (text.charAt(from) == ' ' || text.charAt(from) == '"')) {
                from++;
            }
            int to = from;
            while (to < text.length() && !Character.isWhitespace(text.charAt(to)) && text.charAt(to) != '"') {
                to++;
            }
            if (to - from >= 6 && (named || text.substring(from, to).chars().anyMatch(Character::isDigit))) {
                found.add(SensitiveKind.SECRET);
            }
        }
    }

    private static boolean named(String before, List<String> words) {
        return words.stream().anyMatch(word -> before.endsWith(word) || before.endsWith(word + "\"")
                || before.endsWith(word + " is") || before.endsWith(word + " es"));
    }

    /// Both patterns are bounded in length, so this is linear.
    private void address() {
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            boolean begins = at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1));
            if (begins && (isDigit(c) || Character.isUpperCase(c) || "carvp".indexOf(c) >= 0)) {
                Pattern pattern = isDigit(c) ? STREET : STREET_FIRST;
                if (pattern.matcher(text).region(at, Math.min(text.length(), at + STREET_LENGTH)).lookingAt()) {
                    found.add(SensitiveKind.POSTAL_ADDRESS);
                    return;
                }
            }
        }
    }
}
