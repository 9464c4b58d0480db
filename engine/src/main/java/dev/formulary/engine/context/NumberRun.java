package dev.formulary.engine.context;

import dev.formulary.engine.facts.SensitiveKind;
import java.util.List;
import java.util.Optional;

/// A number as people write it: digits in groups, with what separates them. It begins at a digit or a plus sign.
final class NumberRun {
    private static final int LONGEST = 32;
    private static final List<String> PHONE = List.of("phone", "call", "tel", "telephone", "mobile", "cell",
            "cellphone", "whatsapp", "sms", "text me", "my number", "móvil", "movil", "celular", "teléfono", "telefono",
            "llámame", "llamame", "llama", "mi número", "mi numero", "handy", "handynummer", "telefon", "rufnummer",
            "ruf mich", "meine nummer", "téléphone", "mon portable", "mon numéro", "telefone", "telemóvel");
    private static final List<String> GERMAN_TAX = List.of("steuer", "idnr", "id-nr", "tax id", "tin");
    private static final List<String> AMERICAN = List.of("ssn", "social security");
    private static final List<String> SPANISH = List.of("dni", "nif", "documento", "identidad");
    private static final List<String> MONTHS = List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep",
            "oct", "nov", "dec", "ene", "abr", "ago", "dic", "mai", "mär", "okt", "dez", "avr", "aoû", "déc", "fév");
    private static final int NEAR = 16;
    private static final int PHONE_FEWEST = 7;
    private static final int PHONE_MOST = 15;

    private final boolean plus;
    private final String written;
    private final String digits;
    private final int end;
    private final String after;

    NumberRun(String text, int from) {
        plus = text.charAt(from) == '+';
        int at = plus ? from + 1 : from;
        int last = at;
        var all = new StringBuilder();
        while (at < text.length() && at - from < LONGEST) {
            char c = text.charAt(at);
            if (SensitiveData.isDigit(c)) {
                all.append(c);
                last = at + 1;
            } else if (" -./()".indexOf(c) < 0 || at - last >= 2) {
                break;
            }
            at++;
        }
        digits = all.toString();
        written = text.substring(from, last);
        end = last;
        after = text.substring(last, Math.min(text.length(), last + 3));
    }

    /// Where it ends, exclusive.
    int end() {
        return end;
    }

    Optional<SensitiveKind> kind(WordsBefore before) {
        if (written.indexOf('.') > 0 && address()) {
            return publicAddress() ? Optional.of(SensitiveKind.IP_ADDRESS) : Optional.empty();
        }
        if (card()) {
            return Optional.of(SensitiveKind.PAYMENT_CARD);
        }
        if (national(before)) {
            return Optional.of(SensitiveKind.NATIONAL_ID);
        }
        return phone(before) ? Optional.of(SensitiveKind.PHONE) : Optional.empty();
    }

    private String[] parts() {
        return written.split("\\.", -1);
    }

    private boolean address() {
        String[] parts = parts();
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 3 || !part.chars().allMatch(Character::isDigit)
                    || Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }

    /// Addresses of a home network and of the machine itself say nothing about a person; numbers that begin with 0 to 2 are
    /// mostly versions.
    private boolean publicAddress() {
        int first = Integer.parseInt(parts()[0]);
        int second = Integer.parseInt(parts()[1]);
        return first > 2 && first < 224 && first != 10 && first != 127 && !(first == 192 && second == 168)
                && !(first == 172 && second >= 16 && second < 32) && !(first == 169 && second == 254);
    }

    /// The whole of it, or a beginning that ends with a group: the date of expiry often follows.
    private boolean card() {
        if (plus || !different()) {
            return false;
        }
        int count = 0;
        for (int i = 0; i < written.length(); i++) {
            char c = written.charAt(i);
            if (c == '.' || c == '/' || c == '(') {
                return false;
            }
            count += SensitiveData.isDigit(c) ? 1 : 0;
            boolean groupEnds = i + 1 == written.length() || !SensitiveData.isDigit(written.charAt(i + 1));
            if (groupEnds && SensitiveData.isDigit(c) && vendor(count) && Checksums.luhn(digits.substring(0, count))) {
                return true;
            }
        }
        return false;
    }

    private boolean vendor(int length) {
        return switch (digits.charAt(0)) {
            case '4' -> length == 13 || length == 16 || length == 19;
            case '2', '5' -> length == 16;
            case '3' -> length == 14 || length == 15 || length == 16;
            case '6' -> length >= 16 && length <= 19;
            default -> false;
        };
    }

    /// A row of one digit is an example.
    private boolean different() {
        return digits.chars().distinct().count() > 1;
    }

    private boolean national(WordsBefore before) {
        if (plus || !different()) {
            return false;
        }
        return switch (digits.length()) {
            case 8 -> (written.length() == 8 || written.matches("\\d{2}\\.\\d{3}\\.\\d{3}")) && spanish(before);
            case 9 -> (written.matches("\\d{3}-\\d{2}-\\d{4}") || before.any(AMERICAN)) && Checksums.ssn(digits);
            case 11 -> before.begin(GERMAN_TAX) && Checksums.germanTaxId(digits);
            case 15 -> monthOfBirth() && Checksums.nir(digits);
            default -> false;
        };
    }

    /// The letter follows at once, or behind a hyphen; a small one only where the number is named.
    private boolean spanish(WordsBefore before) {
        String letter = after.startsWith("-") ? after.substring(1) : after;
        if (letter.isEmpty() || (letter.length() > 1 && Character.isLetterOrDigit(letter.charAt(1)))) {
            return false;
        }
        char check = before.any(SPANISH) ? Character.toUpperCase(letter.charAt(0)) : letter.charAt(0);
        return check >= 'A' && check <= 'Z' && Checksums.dni(digits + check);
    }

    /// Whether it is the year of a date whose month is written as a word before it.
    boolean endsDate(WordsBefore before) {
        boolean year = written.length() == 4 && (digits.startsWith("19") || digits.startsWith("20"));
        String near = before.text().substring(Math.max(0, before.text().length() - NEAR));
        return year && new WordsBefore(near).begin(MONTHS);
    }

    private boolean monthOfBirth() {
        int month = Integer.parseInt(digits.substring(3, 5));
        return month >= 1 && month <= 12;
    }

    private boolean phone(WordsBefore before) {
        int length = digits.length();
        if (length < PHONE_FEWEST || length > PHONE_MOST || dated() || written.indexOf('.') > 0) {
            return false;
        }
        return (plus && length >= 8) || before.any(PHONE);
    }

    /// Whether it is a date of the last hundred years or so, with day, month and year.
    boolean dated() {
        String[] parts = written.split("[-./]", -1);
        if (parts.length != 3 || digits.length() < 6 || digits.length() > 8) {
            return false;
        }
        boolean yearFirst = parts[0].length() == 4;
        String year = yearFirst ? parts[0] : parts[2];
        return year.length() == 4 && (year.startsWith("19") || year.startsWith("20")) && parts[1].length() <= 2
                && (yearFirst ? parts[2] : parts[0]).length() <= 2;
    }
}
