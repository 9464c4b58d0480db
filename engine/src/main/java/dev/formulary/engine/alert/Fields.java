package dev.formulary.engine.alert;

import dev.formulary.engine.alert.OpenAlert.Acknowledgement;
import dev.formulary.engine.disk.SavedLines;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// The fields of a line, one after the other. Every method throws an [IllegalArgumentException] for what it can't read.
final class Fields {
    /// Divides what stands in one field.
    private static final String ITEM = "\u001e";
    private static final String PART = "\u001f";
    private static final Instant NEVER = Instant.MIN;

    private final List<String> fields;
    private int next;

    Fields(String line, int count) {
        fields = SavedLines.fields(line, count);
    }

    /// A line of some values: texts, numbers, truths, words of an enum, times, durations and lists of texts.
    static String line(@Nullable Object... values) {
        var line = new StringJoiner("\t");
        for (Object value : values) {
            line.add(switch (value) {
                case null -> "";
                case Instant time -> time.equals(NEVER) ? "" : Long.toString(time.toEpochMilli());
                case Duration time -> Long.toString(time.toMillis());
                case Collection<?> list -> list(list);
                case Enum<?> word -> word.name();
                default -> escaped(value.toString());
            });
        }
        return line.toString();
    }

    private static String list(Collection<?> list) {
        var all = new StringBuilder();
        list.forEach(each -> all.append(escaped(each.toString())).append(ITEM));
        return all.toString();
    }

    /// One text of several.
    static String parts(@Nullable Object... values) {
        var all = new StringJoiner(PART);
        for (Object value : values) {
            all.add(value instanceof Instant time ? Long.toString(time.toEpochMilli()) : String.valueOf(value));
        }
        return all.toString();
    }

    /// What [#parts] has made one.
    static List<String> apart(String text, int count) {
        List<String> parts = Arrays.asList(text.split(PART, -1));
        if (parts.size() != count) {
            throw new IllegalArgumentException("there are " + parts.size() + " parts and not " + count);
        }
        return parts;
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
                .replace(ITEM, " ");
    }

    private static String plain(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        var plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                i++;
                c = switch (text.charAt(i)) {
                    case 't' -> '\t';
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    default -> text.charAt(i);
                };
            }
            plain.append(c);
        }
        return plain.toString();
    }

    String text() {
        return plain(fields.get(next++));
    }

    List<String> texts() {
        var texts = new ArrayList<String>();
        for (String each : fields.get(next++).split(ITEM, -1)) {
            texts.add(plain(each));
        }
        texts.removeLast();
        return texts;
    }

    /// [Instant#MIN] for never.
    Instant time() {
        String text = text();
        return text.isEmpty() ? NEVER : time(text);
    }

    static Instant time(String text) {
        try {
            return Instant.ofEpochMilli(Long.parseLong(text));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(text + " is no time", e);
        }
    }

    Duration duration() {
        return Duration.ofMillis(number());
    }

    long number() {
        return Long.parseLong(text());
    }

    boolean flag() {
        return Boolean.parseBoolean(text());
    }

    <E extends Enum<E>> E word(Class<E> of) {
        return Enum.valueOf(of, text());
    }

    /// Who took note, as three fields.
    @Nullable
    Acknowledgement acknowledged() {
        String by = text();
        Instant at = time();
        String note = text();
        return at.equals(NEVER) ? null : new Acknowledgement(by, at, note);
    }
}
