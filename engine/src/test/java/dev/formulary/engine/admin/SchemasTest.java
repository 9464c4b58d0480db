package dev.formulary.engine.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.config.Secret;
import dev.formulary.engine.facts.BreakerState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What schemas say of types, and that the writer writes these so.
class SchemasTest {
    private static final JsonMapper JSON = new JsonMapper();

    record Part(String name, @Nullable Part within) {}

    record Whole(int inFlight, long bytes, double share, Boolean known, Instant at, LocalDate day, Duration upFor,
            Path home, Secret adminKey, BreakerState state, List<Part> parts, Set<String> labels,
            Map<String, Part> byName, Object anything, @Nullable Long left, @Nullable Part first) {

        /// Written too, since it looks like a member.
        public boolean isBusy() {
            return inFlight > 0;
        }

        /// Not written.
        public boolean exhausted() {
            return false;
        }
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Sparse(String name, @Nullable String note) {}

    sealed interface Either {
        record One(int one) implements Either {}

        record Other(int other) implements Either {}
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new AssertionError(json, e);
        }
    }

    @Test
    void everyKindOfMemberIsDescribed() {
        var schemas = new Schemas();

        assertThat(schemas.of(Whole.class)).isEqualTo(tree("{\"$ref\": \"#/components/schemas/SchemasTestWhole\"}"));
        JsonNode whole = Objects.requireNonNull(schemas.named().get("SchemasTestWhole"));
        assertThat(whole.path("properties")).isEqualTo(tree("""
            {"in_flight": {"type": "integer", "format": "int32"}, "bytes": {"type": "integer", "format": "int64"},
             "share": {"type": "number"}, "known": {"type": "boolean"}, "at": {"type": "string", "format": "date-time"},
             "day": {"type": "string", "format": "date"},
             "up_for": {"type": "string", "pattern": "^PT(-?[0-9]+H)?(-?[0-9]+M)?(-?[0-9]+([.][0-9]+)?S)?$"},
             "home": {"type": "string"}, "admin_key": {"type": "string"},
             "state": {"type": "string", "enum": ["closed", "half_open", "open"]},
             "parts": {"type": "array", "items": {"$ref": "#/components/schemas/SchemasTestPart"}},
             "labels": {"type": "array", "items": {"type": "string"}},
             "by_name": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/SchemasTestPart"}},
             "anything": {},
             "left": {"anyOf": [{"type": "integer", "format": "int64"}, {"type": "null"}]},
             "first": {"anyOf": [{"$ref": "#/components/schemas/SchemasTestPart"}, {"type": "null"}]},
             "busy": {"type": "boolean"}}
            """));
        assertThat(schemas.named().get("SchemasTestPart")).isEqualTo(tree("""
            {"type": "object", "properties": {"name": {"type": "string"},
              "within": {"anyOf": [{"$ref": "#/components/schemas/SchemasTestPart"}, {"type": "null"}]}},
             "required": ["name", "within"]}
            """));
    }

    @Test
    void theMembersThatAreRequiredAreThoseThatAreWritten() throws Exception {
        var schemas = new Schemas();
        schemas.of(Whole.class);
        var value = new Whole(1, 2, 0.5, true, Instant.EPOCH, LocalDate.EPOCH, Duration.ofMillis(1_500),
                Path.of("/srv"),
                new Secret("secret"), BreakerState.OPEN, List.of(), Set.of(), Map.of(), "x", null, null);

        JsonNode written = tree(new String(Json.write(value), StandardCharsets.UTF_8));

        JsonNode schema = Objects.requireNonNull(schemas.named().get("SchemasTestWhole"));
        var required = new TreeSet<String>();
        schema.path("required").forEach(each -> required.add(each.asText()));
        var names = new TreeSet<String>();
        written.fieldNames().forEachRemaining(names::add);
        assertThat(required).isEqualTo(names);
        assertThat(written.path("up_for").asText())
                .matches(schema.path("properties").path("up_for").path("pattern").asText());
    }

    @Test
    void whatMayBeLeftOutIsNotRequired() {
        var schemas = new Schemas();
        schemas.of(Sparse.class);

        assertThat(schemas.named().get("SchemasTestSparse")).isEqualTo(tree("""
            {"type": "object", "properties": {"name": {"type": "string"}, "note": {"type": "string"}},
             "required": ["name"]}
            """));
    }

    @Test
    void alternativesAreDescribedAsSuch() {
        assertThat(new Schemas().of(Either.class)).isEqualTo(tree("""
            {"anyOf": [{"$ref": "#/components/schemas/One"}, {"$ref": "#/components/schemas/Other"}]}
            """));
    }

    interface These {
        record Line(int one) {}
    }

    interface Those {
        record Line(int other) {}
    }

    @Test
    void twoTypesNeverShareAName() {
        var schemas = new Schemas();
        schemas.of(These.Line.class);

        assertThatThrownBy(() -> schemas.of(Those.Line.class)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("would have the same name in the document");
    }
}
