package dev.formulary.engine.context;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A strict CSV file (RFC 4180 within a line): a header with exactly these columns, then rows with as many fields. Empty
/// lines and lines that begin with `#` are skipped.
final class CsvRows {
    private final String file;
    private final List<LexiconProblem> problems;

    private CsvRows(String file, List<LexiconProblem> problems) {
        this.file = file;
        this.problems = problems;
    }

    /// @param column where it begins, from 1
    record Field(String text, int column) {}

    record Row(int line, List<Field> fields) {
        String text(int field) {
            return fields.get(field).text();
        }
    }

    /// @param problems get what is wrong; wrong rows are left out
    static List<Row> read(String file, byte[] bytes, List<String> columns, List<LexiconProblem> problems) {
        return new CsvRows(file, problems).rows(bytes, columns);
    }

    private List<Row> rows(byte[] bytes, List<String> columns) {
        var rows = new ArrayList<Row>();
        boolean headed = false;
        int line = 0;
        for (String text : text(bytes).split("\r?\n", -1)) {
            line++;
            if (text.isBlank() || text.startsWith("#")) {
                continue;
            }
            List<Field> fields = fields(text, line);
            if (!headed) {
                headed = true;
                if (!fields.stream().map(Field::text).toList().equals(columns)) {
                    complain(line, 1, "the first row must be '" + String.join(",", columns) + "'");
                    return List.of();
                }
            } else if (fields.size() == columns.size()) {
                rows.add(new Row(line, fields));
            } else if (!fields.isEmpty()) {
                complain(line, 1, "a row has " + columns.size() + " fields (" + String.join(", ", columns)
                        + "), this one has " + fields.size() + "; a text with a comma stands in double quotes");
            }
        }
        return rows;
    }

    private String text(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            problems.add(new LexiconProblem(file, 0, 0, "the file is not UTF-8"));
            return "";
        }
    }

    /// Nothing when the line is not well-formed.
    private List<Field> fields(String text, int line) {
        var fields = new ArrayList<Field>();
        int at = 0;
        while (true) {
            int from = at;
            if (at < text.length() && text.charAt(at) == '"') {
                var quoted = new StringBuilder();
                at = unquote(text, at + 1, quoted);
                if (at < 0 || (at < text.length() && text.charAt(at) != ',')) {
                    complain(line, from + 1, "the double quotes of this field do not end before the next comma");
                    return List.of();
                }
                fields.add(new Field(quoted.toString().strip(), from + 1));
            } else {
                int comma = text.indexOf(',', at);
                at = comma < 0 ? text.length() : comma;
                fields.add(new Field(text.substring(from, at).strip(), from + 1));
            }
            if (at >= text.length()) {
                return fields;
            }
            at++;
        }
    }

    /// @return behind the closing quote, or -1 when there is none
    private static int unquote(String text, int from, StringBuilder field) {
        for (int at = from; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c != '"') {
                field.append(c);
            } else if (at + 1 < text.length() && text.charAt(at + 1) == '"') {
                field.append('"');
                at++;
            } else {
                return at + 1;
            }
        }
        return -1;
    }

    private void complain(int line, int column, String message) {
        problems.add(new LexiconProblem(file, line, column, message));
    }
}
