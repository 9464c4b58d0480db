package dev.formulary.engine.context;

import java.util.LinkedHashMap;
import java.util.Map;

/// Reads a structured-field dictionary (RFC 9651, section 3.2) such as `need=crisis_intervention, risk=high, clinician`.
/// Values are tokens, strings, numbers or booleans; parameters of values are skipped.
final class FactDictionary {
    private final String text;
    private int at;

    private FactDictionary(String text) {
        this.text = text;
    }

    /// @return values as text by name, in order; the last of equal names holds
    static Map<String, String> parse(String text) throws InvalidFactException {
        return new FactDictionary(text).members();
    }

    private Map<String, String> members() throws InvalidFactException {
        var all = new LinkedHashMap<String, String>();
        skipSpace();
        while (at < text.length()) {
            String name = name();
            all.put(name, accept('=') ? value() : "true");
            skipParameters();
            separator();
        }
        return all;
    }

    private void separator() throws InvalidFactException {
        skipSpace();
        if (at == text.length()) {
            return;
        }
        if (!accept(',')) {
            throw wrong("a comma");
        }
        skipSpace();
        if (at == text.length()) {
            throw wrong("a name after the comma");
        }
    }

    private String name() throws InvalidFactException {
        int start = at;
        while (at < text.length() && isNamePart(text.charAt(at))) {
            at++;
        }
        if (start == at) {
            throw wrong("a name in lower case");
        }
        return text.substring(start, at);
    }

    private static boolean isNamePart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '*';
    }

    private String value() throws InvalidFactException {
        if (at < text.length() && text.charAt(at) == '"') {
            return quoted();
        }
        if (accept('?')) {
            return accept('1') ? "true" : falseValue();
        }
        int start = at;
        while (at < text.length() && isTokenPart(text.charAt(at))) {
            at++;
        }
        if (start == at) {
            throw wrong("a value");
        }
        return text.substring(start, at);
    }

    private String falseValue() throws InvalidFactException {
        if (!accept('0')) {
            throw wrong("?1 or ?0");
        }
        return "false";
    }

    private static boolean isTokenPart(char c) {
        return c > ' ' && c < 127 && c != ',' && c != ';' && c != '"' && c != '=';
    }

    private String quoted() throws InvalidFactException {
        var value = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            value.append(text.charAt(at++));
        }
        if (!accept('"')) {
            throw wrong("a closing quotation mark");
        }
        return value.toString();
    }

    private void skipParameters() throws InvalidFactException {
        while (accept(';')) {
            skipSpace();
            name();
            if (accept('=')) {
                value();
            }
        }
    }

    private void skipSpace() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    private boolean accept(char c) {
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private InvalidFactException wrong(String expected) {
        return new InvalidFactException("X-Formulary-Context",
                "the context is not a dictionary at character " + (at + 1)
                        + ": expected " + expected + ", as in: need=crisis_intervention, risk=high");
    }
}
