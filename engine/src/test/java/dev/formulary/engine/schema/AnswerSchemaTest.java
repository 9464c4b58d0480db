package dev.formulary.engine.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Schemas of callers, who may be anybody.
class AnswerSchemaTest {
    private static final TypeReference<LinkedHashMap<String, @Nullable Object>> PLAIN = new TypeReference<>() {
    };

    private static Map<String, @Nullable Object> map(String json) throws Exception {
        return new JsonMapper().readValue(json, PLAIN);
    }

    private static Verdict check(String schema, String answer) throws Exception {
        return AnswerSchema.of(map(schema)).check(answer, true);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            // whom it would have us ask
            "{\"$ref\":\"http://127.0.0.1:1/secret\"}                                         | must be '#/…'",
            "{\"properties\":{\"a\":{\"$ref\":\"file:///etc/passwd\"}}}                       | must be '#/…'",
            "{\"$ref\":\"classpath:draft-07/schema\"}                                         | must be '#/…'",
            "{\"$schema\":\"http://127.0.0.1:1/meta\"}                                        | $schema must be a draft",
            "{\"properties\":{\"a\":{\"$id\":\"http://127.0.0.1:1/\"}}}                       | only the whole schema",
            // what would never end
            "{\"$ref\":\"#\"}                                                                 | refers to itself",
            "{\"properties\":{\"const\":{\"$ref\":\"#\"}}}                                    | refers to itself",
            "{\"properties\":{\"definitions\":{\"anyOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}}} | refers to itself",
            "{\"$dynamicRef\":\"#a\"}                                                         | use $ref",
            // what is no schema
            "{\"type\":\"strin\"}                                                             | the schema is none: /type",
            "{\"properties\":[]}                                                              | the schema is none: /properties",
            "{\"minLength\":-1}                                                               | the schema is none: /minLength",
            "{\"pattern\":\"(\"}                                                              | pattern",
            "{\"$ref\":\"#/$defs/none\"}                                                      | is not a part of the schema"})
    void aSchemaThatCanNotBeUsedIsRefusedWithTheReason(String schema, String why) {
        assertThatThrownBy(() -> AnswerSchema.of(map(schema))).isInstanceOf(InvalidSchemaException.class)
                .hasMessageContaining(why);
    }

    @Test
    void oneThatGrowsWithoutEndIsRefused() {
        var laughs = new StringBuilder("{\"$ref\":\"#/$defs/a0\",\"$defs\":{");
        for (int i = 0; i < 30; i++) {
            laughs.append("\"a%d\":{\"anyOf\":[{\"$ref\":\"#/$defs/a%d\"},{\"$ref\":\"#/$defs/a%d\"}]},".formatted(i,
                    i + 1, i + 1));
        }
        laughs.append("\"a30\":{\"type\":\"string\"}}}");

        assertThatThrownBy(() -> AnswerSchema.of(map(laughs.toString())))
                .hasMessageContaining("refers to itself, or has");
    }

    @Test
    void aPatternThatTakesForEverEndsAsAFault() throws Exception {
        Verdict verdict = check("{\"type\":\"string\",\"pattern\":\"^(a*)*b\\\\1$\"}", "\"" + "a".repeat(60) + "!\"");

        assertThat(verdict).isInstanceOfSatisfying(Verdict.Unsound.class,
                wrong -> assertThat(wrong.told()).contains("too many steps"));
    }

    @ParameterizedTest
    @CsvSource({"http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2019-09/schema",
            "https://json-schema.org/draft/2020-12/schema", "http://json-schema.org/draft-04/schema#"})
    void olderDraftsAreKnown(String draft) throws Exception {
        String schema = "{\"$schema\":\"" + draft + "\",\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":"
                + "\"#/definitions/n\"}},\"definitions\":{\"n\":{\"type\":\"integer\"}}}";

        assertThat(check(schema, "{\"a\":1}")).isInstanceOf(Verdict.Sound.class);
        assertThat(check(schema, "{\"a\":\"1\"}")).isInstanceOfSatisfying(Verdict.Unsound.class,
                wrong -> assertThat(wrong.faults()).hasSize(1).first().asString().startsWith("/a: "));
    }

    @Test
    void onlySomeOfManyFaultsAreTold() throws Exception {
        Verdict verdict = check("{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}",
                "[" + "\"x\",".repeat(99) + "\"x\"]");

        assertThat(verdict).isInstanceOfSatisfying(Verdict.Unsound.class,
                wrong -> assertThat(wrong.faults()).hasSize(8));
    }

    @Test
    void aFolderHoldsSchemasByNameAndVersion(@TempDir Path folder) throws Exception {
        var schemas = new SchemaFolder(folder);
        Files.writeString(folder.resolve("garden-2.json"), "{\"type\":\"object\"}");
        Files.writeString(folder.resolve("broken-1.json"), "[1]");
        Files.writeString(folder.resolve("large-1.json"), "{\"title\":\"" + "a".repeat(70_000) + "\"}");
        Files.writeString(folder.resolve("notes.json"), "{}");

        assertThat(schemas.names()).containsExactly("broken/1", "garden/2", "large/1");
        assertThat(schemas.find("garden/2")).containsEntry("type", "object");
        assertThat(schemas.find("garden/1")).isNull();
        assertThatThrownBy(() -> schemas.find("broken/1")).hasMessageContaining("broken-1.json can't be read");
        assertThatThrownBy(() -> schemas.find("large/1")).hasMessageContaining("larger than 64 KiB");
        Files.writeString(folder.resolve("garden-2.json"), "{\"type\":\"array\"}");
        assertThat(schemas.find("garden/2")).containsEntry("type", "array");
        assertThat(new SchemaFolder(folder.resolve("none")).names()).isEmpty();
        assertThat(SchemaFolder.NONE.find("garden/2")).isNull();
    }
}
