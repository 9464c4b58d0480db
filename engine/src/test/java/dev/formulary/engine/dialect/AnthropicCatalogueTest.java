package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.Wire.json;
import static dev.formulary.engine.dialect.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.engine.dialect.AnthropicCatalogue.Page;
import dev.formulary.engine.dialect.Catalogue.Entry;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ModelCard;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AnthropicCatalogueTest {
    private static final AnthropicCatalogue CATALOGUE = new AnthropicCatalogue(Instant.parse("2026-11-21T10:00:00Z"));
    private static final List<Entry> ENTRIES = List.of(new Entry("auto", "formulary"), new Entry("a/1", "a"),
            new Entry("a/2", "a"), new Entry("b/1", "b"), new Entry("b/2", "b"));

    private static JsonNode page(int limit, @Nullable String after, @Nullable String before) {
        return json(CATALOGUE.list(ENTRIES, List.of(), new Page(limit, after, before)));
    }

    private static String shown(JsonNode page) {
        List<String> ids = new ArrayList<>();
        page.path("data").forEach(each -> ids.add(each.path("id").asText()));
        return String.join(" ", ids) + (page.path("has_more").asBoolean() ? " …" : "") + " from "
                + page.path("first_id").asText() + " to " + page.path("last_id").asText();
    }

    @Test
    void modelsAreListedInAnthropicsForm() {
        Candidate model = Candidate.of("a", new ModelCard("1", Set.of(Capability.CHAT), 8192, 0, 0, true, Set.of(),
                1, 1, Map.of()), Candidate.Vitals.UNKNOWN);
        assertThat(text(CATALOGUE.list(ENTRIES.subList(0, 2), List.of(model), new Page(1000, null, null)))).isEqualTo(
                "{\"data\":[{\"type\":\"model\",\"id\":\"auto\",\"display_name\":\"auto\","
                        + "\"created_at\":\"2026-11-21T10:00:00Z\",\"lifecycle\":\"active\"},{\"type\":\"model\",\"id\":\"a/1\","
                        + "\"display_name\":\"a/1\",\"created_at\":\"2026-11-21T10:00:00Z\","
                        + "\"lifecycle\":\"active\",\"max_input_tokens\":8192}],\"has_more\":false,\"first_id\":\"auto\",\"last_id\":\"a/1\"}");
        assertThat(CATALOGUE.model(ENTRIES, List.of(), "a/1").map(Wire::text).orElseThrow()).contains("\"id\":\"a/1\"");
        assertThat(CATALOGUE.model(ENTRIES, List.of(), "1")).isEmpty();
    }

    @Test
    void pagesFollowOneAnotherEitherWay() {
        assertThat(shown(page(2, null, null))).isEqualTo("auto a/1 … from auto to a/1");
        assertThat(shown(page(2, "a/1", null))).isEqualTo("a/2 b/1 … from a/2 to b/1");
        assertThat(shown(page(2, "b/1", null))).isEqualTo("b/2 from b/2 to b/2");
        assertThat(shown(page(2, null, "b/2"))).isEqualTo("a/2 b/1 … from a/2 to b/1");
        assertThat(shown(page(2, null, "a/2"))).isEqualTo("auto a/1 from auto to a/1");
        assertThat(shown(page(2, null, "auto"))).isEqualTo(" from null to null");
        assertThat(shown(page(2, "b/2", null))).isEqualTo(" from null to null");
        assertThat(shown(page(2, "gone", null))).isEqualTo(" from null to null");
    }
}
