package dev.formulary.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ChatRequest.Effort;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// How one vendor or server departs from the common format. Immutable.
///
/// @param name what the setting `dialect` calls it
/// @param hosts it serves at these hosts and below them
/// @param ports it serves at these ports of near hosts
/// @param baseUrl where it serves; empty when everybody has one of their own
/// @param auth the header that bears the key: `bearer` for `Authorization`, else its name
/// @param deployments whether each model has a path of its own, as at Azure
/// @param limits what the limit of the answer may be called, the preferred name first
/// @param carries what it can say
/// @param thoughts where thoughts of earlier turns go
/// @param efforts the members that ask for each effort, as JSON by name; an effort without any can't be asked for
/// @param insist members that keep the vendor from leaving out what it can't do, as JSON by name
/// @param extras what members that the gateway does not know are called here, by the name that callers use
/// @param verbatim members that change what the answer is made of: only callers of this very format can be given it
/// @param keepAlive the member for how long a model stays loaded, in seconds; empty for none
/// @param health the path that tells whether it is up, from the root of the server; empty for none
/// @param props the path that tells the size of the context, from the root of the server; empty for none
/// @param answersAny whether it answers with the model that it has, whichever it is asked for
/// @param loads the path under which models are loaded and unloaded, from the root of the server; empty for none
record Dialect(String name, List<String> hosts, Set<Integer> ports, String baseUrl, String auth, boolean deployments,
        List<String> limits, Set<Feature> carries, Thoughts thoughts, Map<Effort, Map<String, String>> efforts,
        Map<String, String> insist, Map<String, String> extras, Set<String> verbatim, String keepAlive, String health,
        String props,
        boolean answersAny, String loads) {

    /// Where thoughts of earlier turns go.
    enum Thoughts {
        /// Nowhere.
        NONE, REASONING_CONTENT, REASONING,
        /// `reasoning`, and what was signed in `reasoning_details`.
        REASONING_DETAILS
    }

    static Dialect of(JsonNode row) {
        var efforts = new EnumMap<Effort, Map<String, String>>(Effort.class);
        row.path("efforts").properties().forEach(effort -> efforts
                .put(Effort.valueOf(effort.getKey().toUpperCase(Locale.ROOT)), texts(effort.getValue())));
        var carries = EnumSet.noneOf(Feature.class);
        row.path("carries").forEach(word -> carries.add(Feature.valueOf(word.asText().toUpperCase(Locale.ROOT))));
        var ports = new TreeSet<Integer>();
        row.path("ports").forEach(port -> ports.add(port.asInt()));
        var extras = new LinkedHashMap<String, String>();
        row.path("extras").properties().forEach(extra -> extras.put(extra.getKey(), extra.getValue().asText()));
        return new Dialect(row.path("name").asText(), words(row.path("hosts")), ports, row.path("base-url").asText(""),
                row.path("auth").asText("bearer"), row.path("deployments").asBoolean(), words(row.path("limits")),
                carries, Thoughts.valueOf(row.path("thoughts").asText("none").toUpperCase(Locale.ROOT)), efforts,
                texts(row.path("insist")), extras, Set.copyOf(words(row.path("verbatim"))),
                row.path("keep-alive").asText(""), row.path("health").asText(""),
                row.path("props").asText(""), row.path("answers-any").asBoolean(), row.path("loads").asText(""));
    }

    boolean can(Feature feature) {
        return carries.contains(feature);
    }

    private static List<String> words(JsonNode list) {
        return list.valueStream().map(JsonNode::asText).toList();
    }

    private static Map<String, String> texts(JsonNode object) {
        var texts = new LinkedHashMap<String, String>();
        object.properties().forEach(member -> texts.put(member.getKey(), member.getValue().toString()));
        return texts;
    }
}
