package dev.formulary.engine.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One mapping of the file, read key by key. What is wrong becomes a complaint and the preset is given, so that
/// reading goes on. Every key asked for is known; a key that nobody asked for is a complaint.
final class Section {
    private final String path;
    private final Node.Mapping mapping;
    private final Complaints complaints;
    private final Set<String> known = new LinkedHashSet<>();

    private Section(String path, Node.Mapping mapping, Complaints complaints) {
        this.path = path;
        this.mapping = mapping;
        this.complaints = complaints;
    }

    static <T> T read(String path, Node.Mapping mapping, Complaints complaints, Function<Section, T> reader) {
        Section section = new Section(path, mapping, complaints);
        T result = reader.apply(section);
        section.complainOfUnknownKeys();
        return result;
    }

    <T> T section(String key, Function<Section, T> reader) {
        Node node = node(key);
        return switch (node) {
            case Node.Mapping inner -> read(pathOf(key), inner, complaints, reader);
            case Node.Scalar scalar when scalar.value() == null ->
                read(pathOf(key), nothingAt(scalar.place()), complaints, reader);
            case null -> read(pathOf(key), nothingAt(mapping.place()), complaints, reader);
            default -> {
                complain(key, "must hold settings, each on its own line and indented");
                yield read(pathOf(key), nothingAt(node.place()), complaints, reader);
            }
        };
    }

    /// Null when the key is not there.
    <T> @Nullable T optionalSection(String key, Function<Section, T> reader) {
        return node(key) == null ? null : section(key, reader);
    }

    <T> List<T> list(String key, Function<Section, T> reader) {
        List<T> read = new ArrayList<>();
        List<Node> items = items(key);
        for (int i = 0; i < items.size(); i++) {
            String inner = pathOf(key) + "[" + i + "]";
            if (items.get(i) instanceof Node.Mapping item) {
                read.add(read(inner, item, complaints, reader));
            } else {
                complaints.add(items.get(i).place(), inner, "must hold settings such as \"name: value\"");
            }
        }
        return List.copyOf(read);
    }

    List<String> texts(String key, Pattern form, String right) {
        List<String> read = new ArrayList<>();
        List<Node> items = items(key);
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof Node.Scalar item && item.isText() && form.matcher(item.text()).matches()) {
                read.add(item.text());
            } else {
                complaints.add(items.get(i).place(), pathOf(key) + "[" + i + "]", "must be " + right);
            }
        }
        return List.copyOf(read);
    }

    private List<Node> items(String key) {
        return switch (node(key)) {
            case Node.Items items -> items.items();
            case Node.Scalar scalar when scalar.value() == null -> List.of();
            case null -> List.of();
            default -> {
                complain(key, "must be a list, each entry after a hyphen");
                yield List.of();
            }
        };
    }

    String text(String key, String preset, Pattern form, String right) {
        return scalar(key, preset, "must be " + right,
                scalar -> scalar.isText() && form.matcher(scalar.text()).matches()
                        ? scalar.text()
                        : null);
    }

    @Nullable
    String optionalText(String key) {
        return node(key) == null
                ? null
                : scalar(key, "", "must be text that is not empty; numbers need quotes",
                        scalar -> scalar.isText() && !scalar.text().isBlank() ? scalar.text() : null);
    }

    @Nullable
    Secret optionalSecret(String key) {
        String text = optionalText(key);
        return text == null ? null : new Secret(text);
    }

    boolean flag(String key, boolean preset) {
        return scalar(key, preset, "must be true or false", scalar -> switch (scalar.text()) {
            case "true" -> true;
            case "false" -> false;
            default -> null;
        });
    }

    int number(String key, int preset, int least, int most) {
        return scalar(key, preset, "must be a whole number from " + least + " to " + most,
                scalar -> Numbers.whole(scalar.text(), least, most));
    }

    double share(String key, double preset) {
        return scalar(key, preset, "must be a number from 0 to 1, for example 0.5",
                scalar -> Numbers.between0and1(scalar.text()));
    }

    /// A number with up to four decimals.
    double decimal(String key, double preset, int most) {
        return scalar(key, preset, "must be a number from 0 to " + most + ", for example 7.5",
                scalar -> Numbers.upTo(scalar.text(), most));
    }

    Duration duration(String key, Duration preset, Duration least, Duration most) {
        String right = "must be a duration from " + Quantities.show(least) + " to " + Quantities.show(most)
                + ", for example 500ms, 10s, 5m, 2h or 1d";
        return scalar(key, preset, right, scalar -> {
            Duration read = Quantities.duration(scalar.text());
            return read != null && read.compareTo(least) >= 0 && read.compareTo(most) <= 0 ? read : null;
        });
    }

    /// Bytes.
    long size(String key, long preset, long least, long most) {
        String right = "must be a size from " + Quantities.show(least) + " to " + Quantities.show(most)
                + ", for example 64KiB, 32MiB or 1GiB";
        return scalar(key, preset, right, scalar -> {
            Long read = Quantities.size(scalar.text());
            return read != null && read >= least && read <= most ? read : null;
        });
    }

    /// A mapping from names of the user's own to settings.
    <T> Map<String, T> sections(String key, Function<Section, T> reader) {
        return section(key, inner -> {
            Map<String, T> read = new LinkedHashMap<>();
            for (String own : inner.mapping.entries().keySet()) {
                read.put(own, inner.section(own, reader));
            }
            return read;
        });
    }

    /// Micro-dollars; -1 when the key is not there.
    long optionalMoney(String key) {
        return scalar(key, -1L, "must be an amount in dollars, for example 5.00",
                scalar -> Quantities.money(scalar.text()));
    }

    /// Micro-dollars.
    long money(String key) {
        return scalar(key, 0L, "must be an amount in dollars, for example 5.00",
                scalar -> Quantities.money(scalar.text()));
    }

    String oneOf(String key, String preset, String... words) {
        List<String> right = List.of(words);
        return scalar(key, preset, "must be " + String.join(" or ", right),
                scalar -> right.contains(scalar.text()) ? scalar.text() : null);
    }

    /// A mapping from names of the user's own.
    Map<String, String> names(String key, Pattern name, String rightName, Pattern value, String rightValue) {
        return section(key, inner -> {
            Map<String, String> read = new LinkedHashMap<>();
            for (String own : inner.mapping.entries().keySet()) {
                read.put(own, inner.text(own, "", value, rightValue));
                if (!name.matcher(own).matches()) {
                    inner.complain(own, "a name must be " + rightName);
                }
            }
            return read;
        });
    }

    /// Whatever else stands in the mapping, as strings, numbers, booleans, lists and maps.
    Map<String, Object> everythingElse() {
        Map<String, Object> rest = new LinkedHashMap<>();
        for (Map.Entry<String, Node.Entry> entry : mapping.entries().entrySet()) {
            if (known.add(entry.getKey())) {
                rest.put(entry.getKey(), new Plain(complaints).value(pathOf(entry.getKey()), entry.getValue().value()));
            }
        }
        return rest;
    }

    /// Where the settings of the mapping stand, by key; the mapping itself under an empty key.
    Map<String, String> places() {
        Map<String, String> places = new LinkedHashMap<>();
        places.put("", complaints.at(mapping.place()));
        mapping.entries().forEach((key, entry) -> places.put(key, complaints.at(entry.value().place())));
        return places;
    }

    /// Complains when the key is not there.
    Section require(String... keys) {
        for (String key : keys) {
            if (node(key) == null) {
                complaints.add(mapping.place(), pathOf(key), "is missing");
            }
        }
        return this;
    }

    /// Whether the key is there.
    boolean has(String key) {
        return node(key) != null;
    }

    /// Complains when the value stands in the set already, else adds it.
    String once(String key, String value, Set<String> taken) {
        if (!value.isEmpty() && !taken.add(value)) {
            complain(key, "stands in an entry above already; each must differ");
        }
        return value;
    }

    /// Complains of a key, at its value or, without one, at the mapping.
    void complain(String key, String message) {
        Node node = node(key);
        complaints.add(node == null ? mapping.place() : node.place(), pathOf(key), message);
    }

    private <T> T scalar(String key, T preset, String right, Function<Node.Scalar, @Nullable T> parse) {
        Node node = node(key);
        if (node == null) {
            return preset;
        }
        T read = node instanceof Node.Scalar scalar ? parse.apply(scalar) : null;
        if (read != null) {
            return read;
        }
        if (node instanceof Node.Scalar scalar) {
            complain(key, right + (scalar.value() == null
                    ? "; nothing stands here"
                    : Shown.isSecret(key) ? "" : ", not \"" + Shown.withoutUser(scalar.written()) + "\""));
        } else {
            complain(key, right + ", not " + (node instanceof Node.Items ? "a list" : "settings"));
        }
        return preset;
    }

    private @Nullable Node node(String key) {
        known.add(key);
        Node.Entry entry = mapping.entries().get(key);
        return entry == null ? null : entry.value();
    }

    private String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static Node.Mapping nothingAt(Place place) {
        return new Node.Mapping(place, Map.of());
    }

    private void complainOfUnknownKeys() {
        mapping.entries().forEach((key, entry) -> {
            if (!known.contains(key)) {
                String nearest = Nearest.to(key, known);
                complaints.add(entry.key(), pathOf(key), nearest == null
                        ? "is not a setting; here are " + String.join(", ", known)
                        : "is not a setting; did you mean \"" + nearest + "\"?");
            }
        });
    }
}
