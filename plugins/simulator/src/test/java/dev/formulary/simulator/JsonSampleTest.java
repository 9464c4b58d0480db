package dev.formulary.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JsonSampleTest {
    private static Stream<Arguments> kept() {
        return Stream.of(
                Arguments.of(Map.of("type", "integer", "minimum", 0, "maximum", 9), "0"),
                Arguments.of(Map.of("type", "number", "maximum", -2), "-2"),
                Arguments.of(Map.of("type", "string", "maxLength", 3), "\"sim\""),
                Arguments.of(Map.of("type", "string", "minLength", 10, "maxLength", 12), "\"simulatedsim\""),
                Arguments.of(Map.of("anyOf", List.of(Map.of("type", "boolean")), "description", "yes or no"), "true"),
                Arguments.of(Map.of("type", "array", "items", true, "minItems", 1), "[null]"),
                Arguments.of(Map.of("enum", List.of("a@b"), "format", "email"), "\"a@b\""));
    }

    @ParameterizedTest
    @MethodSource("kept")
    void whatASchemaDemandsIsKeptTo(Map<String, ?> schema, String json) throws Exception {
        assertThat(JsonSample.of(schema, true)).isEqualTo(json);
    }

    private static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of(Map.of("type", "string", "pattern", "^x"), "pattern"),
                Arguments.of(Map.of("type", "string", "format", "date"), "format"),
                Arguments.of(Map.of("type", "string", "minLength", 5_000), "minLength"),
                Arguments.of(Map.of("type", "number", "multipleOf", 7), "multipleOf"),
                Arguments.of(Map.of("type", "integer", "minimum", 0.5), "integer"),
                Arguments.of(Map.of("type", "integer", "minimum", 3, "maximum", 1), "maximum"),
                Arguments.of(Map.of("type", "array", "minItems", 13), "minItems"),
                Arguments.of(Map.of("type", "object", "required", List.of("a")), "required"),
                Arguments.of(Map.of("allOf", List.of(Map.of(), Map.of())), "allOf"),
                Arguments.of(Map.of("$ref", "https://example.org/a.json"), "$ref"),
                Arguments.of(Map.of("const", Map.of("a", 1)), "const"),
                Arguments.of(Map.of("properties", Map.of("a", false)), "false"),
                Arguments.of(Map.of("type", "array", "minItems", 1, "items", Map.of("$ref", "#")), "$ref"),
                Arguments.of(Map.of("properties", Collections.singletonMap("a", Map.of("not", Map.of()))), "not"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void whatItCantKeepToIsRefusedWhereItMatters(Map<String, ?> schema, String keyword) throws Exception {
        assertThat(JsonSample.of(schema, false)).isNotEmpty();
        assertThatThrownBy(() -> JsonSample.of(schema, true))
                .isInstanceOfSatisfying(ProviderException.class,
                        e -> assertThat(e.category()).isEqualTo(FailureCategory.UNSUPPORTED))
                .hasMessage("the simulator can't keep to '" + keyword + "' in a schema");
    }

    @Test
    void aSchemaThatNamesItselfComesToAnEnd() throws Exception {
        Map<String, ?> schema = Map.of("$ref", "#/$defs/a", "$defs", Map.of("a", Map.of("$ref", "#/$defs/a")));
        assertThat(JsonSample.of(schema, false)).isEqualTo("null");
        assertThatThrownBy(() -> JsonSample.of(schema, true)).hasMessageContaining("a depth above 12");
    }
}
