package dev.formulary.engine.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Turns a tree into plain Java values, for settings that somebody else will check.
final class Plain {
    private final Complaints complaints;

    Plain(Complaints complaints) {
        this.complaints = complaints;
    }

    Object value(String path, Node node) {
        return switch (node) {
            case Node.Scalar scalar -> scalar(path, scalar);
            case Node.Items items -> list(path, items.items());
            case Node.Mapping mapping -> map(path, mapping.entries());
        };
    }

    private Object scalar(String path, Node.Scalar scalar) {
        if (scalar.value() == null) {
            complaints.add(scalar.place(), path, "has no value; give one or leave the line out");
            return "";
        }
        return scalar.value();
    }

    private List<Object> list(String path, List<Node> items) {
        List<Object> values = new ArrayList<>();
        for (Node item : items) {
            values.add(value(path + "[" + values.size() + "]", item));
        }
        return List.copyOf(values);
    }

    private Map<String, Object> map(String path, Map<String, Node.Entry> entries) {
        Map<String, Object> values = new LinkedHashMap<>();
        entries.forEach((key, entry) -> values.put(key, value(path + "." + key, entry.value())));
        return values;
    }
}
