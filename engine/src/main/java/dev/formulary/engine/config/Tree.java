package dev.formulary.engine.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/// Reads YAML text into a tree of [Node]s: one document, without anchors and aliases.
final class Tree {
    private final YAMLParser parser;
    private final Placeholders placeholders;
    private final Complaints complaints;

    private Tree(YAMLParser parser, Placeholders placeholders, Complaints complaints) {
        this.parser = parser;
        this.placeholders = placeholders;
        this.complaints = complaints;
    }

    /// The root of the document; an empty mapping when there is none or when it cannot be read.
    static Node.Mapping read(String yaml, Placeholders placeholders, Complaints complaints) {
        Node.Mapping nothing = new Node.Mapping(Place.START, Map.of());
        try (YAMLParser parser = new YAMLFactory().createParser(yaml)) {
            Node root = parser.nextToken() == null ? null : new Tree(parser, placeholders, complaints).node("");
            if (root != null && parser.nextToken() != null) {
                complaints.add(placeOf(parser.currentTokenLocation()), "", "has a second document; keep one");
            }
            return switch (root) {
                case Node.Mapping mapping -> mapping;
                case Node.Scalar scalar when scalar.value() == null -> nothing;
                case null -> nothing;
                default -> {
                    complaints.add(root.place(), "", "must hold settings such as \"node: home\"");
                    yield nothing;
                }
            };
        } catch (JsonProcessingException e) {
            complain(yaml, e, complaints);
        } catch (IOException e) {
            complaints.add(Place.START, "", "cannot be read: " + e.getMessage());
        }
        return nothing;
    }

    private Node node(String path) throws IOException {
        Place place = placeOf(parser.currentTokenLocation());
        if (parser.isCurrentAlias()) {
            complaints.add(place, path, "refers to an anchor with \"*\", which is not supported; write the value out");
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> mapping(place, path);
            case START_ARRAY -> items(place, path);
            case VALUE_NULL -> new Node.Scalar(place, null, "", "");
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> plain(place, parser.getNumberValue());
            case VALUE_TRUE, VALUE_FALSE -> plain(place, parser.getBooleanValue());
            default -> text(place, path);
        };
    }

    private Node plain(Place place, Object value) throws IOException {
        return new Node.Scalar(place, value, parser.getText(), parser.getText());
    }

    private Node text(Place place, String path) throws IOException {
        String written = parser.getText();
        String filled = placeholders.fill(written, message -> complaints.add(place, path, message));
        return new Node.Scalar(place, filled, filled, written);
    }

    private Node items(Place place, String path) throws IOException {
        List<Node> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node(path + "[" + items.size() + "]"));
        }
        return new Node.Items(place, items);
    }

    private Node mapping(Place place, String path) throws IOException {
        Map<String, Node.Entry> entries = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            String inner = path.isEmpty() ? key : path + "." + key;
            Place keyPlace = placeOf(parser.currentTokenLocation());
            parser.nextToken();
            Node.Entry former = entries.putIfAbsent(key, new Node.Entry(keyPlace, node(inner)));
            if (former != null) {
                complaints.add(keyPlace, inner, "stands here for the second time, after line " + former.key().line());
            }
        }
        return new Node.Mapping(place, entries);
    }

    private static void complain(String yaml, JsonProcessingException e, Complaints complaints) {
        Place place = placeOf(e.getLocation());
        String problem = e.getOriginalMessage();
        if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
            place = new Place(marked.getProblemMark().getLine() + 1, marked.getProblemMark().getColumn() + 1);
            problem = marked.getProblem();
        }
        complaints.add(place, "", isTab(yaml, place)
                ? "is indented with a tab; use spaces"
                : "is not YAML: " + problem.lines().findFirst().orElse("syntax error"));
    }

    private static boolean isTab(String yaml, Place place) {
        String line = yaml.lines().skip(place.line() - 1L).findFirst().orElse("");
        return place.column() <= line.length() && line.charAt(place.column() - 1) == '\t';
    }

    private static Place placeOf(@Nullable JsonLocation location) {
        return location == null
                ? Place.START
                : new Place(Math.max(1, location.getLineNr()),
                        Math.max(1, location.getColumnNr()));
    }
}
