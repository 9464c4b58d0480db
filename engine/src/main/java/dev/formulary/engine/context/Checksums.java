package dev.formulary.engine.context;

/// Check digits of numbers that people have. Each takes the characters without separators.
final class Checksums {
    private static final String DNI = "TRWAGMYFPDXBNJZSQVHLCKE";

    private Checksums() {}

    /// ISO/IEC 7812-1, annex B.
    static boolean luhn(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int twice = digit * 2;
            sum += i % 2 == 0 ? digit : twice > 9 ? twice - 9 : twice;
        }
        return sum % 10 == 0;
    }

    /// ISO 13616 with ISO 7064 mod 97-10.
    static boolean iban(String text) {
        int rest = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt((i + 4) % text.length());
            int value = Character.digit(c, 36);
            rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
        }
        return rest == 1;
    }

    /// Spain: eight digits and a letter; X, Y or Z in place of the first digit for foreigners.
    static boolean dni(String text) {
        int first = "XYZ".indexOf(text.charAt(0));
        String digits = first < 0 ? text.substring(0, 8) : first + text.substring(1, 8);
        return DNI.charAt(Integer.parseInt(digits) % DNI.length()) == text.charAt(8);
    }

    /// Germany, tax id: eleven digits by ISO 7064 mod 11,10; the first is not 0, and of the first ten one digit comes twice
    /// or three times.
    static boolean germanTaxId(String digits) {
        int product = 10;
        int seen = 0;
        for (int i = 0; i < 10; i++) {
            int digit = digits.charAt(i) - '0';
            seen |= 1 << digit;
            int sum = (digit + product) % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }
        int check = (11 - product) % 10;
        int different = Integer.bitCount(seen);
        return digits.charAt(0) != '0' && (different == 9 || different == 8) && check == digits.charAt(10) - '0';
    }

    /// United States, social security number: nine digits; the areas 000, 666 and 9xx, the group 00 and the serial 0000 are
    /// never given.
    static boolean ssn(String digits) {
        return !digits.startsWith("000") && !digits.startsWith("666") && digits.charAt(0) != '9'
                && !digits.startsWith("00", 3) && !digits.startsWith("0000", 5);
    }

    /// France, number of the register of persons: thirteen digits and a key of two.
    static boolean nir(String digits) {
        long number = Long.parseLong(digits.substring(0, 13));
        return (digits.charAt(0) == '1' || digits.charAt(0) == '2')
                && 97 - number % 97 == Integer.parseInt(digits.substring(13));
    }
}
