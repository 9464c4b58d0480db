package dev.formulary.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.WireBody;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The caller's own bytes, where the caller speaks the vendor's format, with what policy has changed in place of what was
/// there.
///
/// @param traits of the model
record Splice(WireBody source, Traits traits) {

    Asked of(ChatRequest request) throws ProviderException {
        JsonNode said = Frame.of(source.bytes()).root();
        Set<String> ignored = new LinkedHashSet<>();
        Map<String, String> changes = new LinkedHashMap<>();
        changes.put("model", Json.quote(request.model()));
        changes.put("stream", request.stream() ? "true" : "");
        Sampling sampling = request.sampling();
        if (sampling.maxTokens() != null) {
            changes.put("max_tokens", Integer.toString(sampling.maxTokens()));
        }
        String way = said.path("thinking").path("type").asText("disabled");
        var tuning = new Tuning(traits, !way.equals("disabled"), ignored);
        if (traits.sampling() == Traits.Sampling.NONE) {
            leaveOut(said, changes, ignored);
        }
        if (changed(said.path("temperature"), sampling.temperature())) {
            Double temperature = tuning.temperature(sampling.temperature());
            if (temperature != null) {
                changes.put("temperature", temperature.toString());
            }
        }
        if (changed(said.path("top_p"), sampling.topP()) && traits.sampling() != Traits.Sampling.NONE) {
            changes.put("top_p", String.valueOf(sampling.topP()));
        }
        return new Asked(source.with(changes), ignored, null, true);
    }

    /// A model that takes none of these would refuse the request for them, and the caller may have meant another model.
    private static void leaveOut(JsonNode said, Map<String, String> changes, Set<String> ignored) {
        for (String name : new String[]{"temperature", "top_p", "top_k"}) {
            if (said.has(name)) {
                changes.put(name, "");
                ignored.add(name);
            }
        }
    }

    /// What the caller said stays as it stands unless policy says otherwise.
    private static boolean changed(JsonNode said, @Nullable Double wanted) {
        return wanted != null && !(said.isNumber() && said.doubleValue() == wanted);
    }
}
