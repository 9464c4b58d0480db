package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// That whoever holds answers to a document notices what is wrong.
class ApiDocumentTest {
    private static final String DOCUMENT = """
        {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/a/{id}": {"get": {
           "operationId": "getA", "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
           "responses": {"200": {"description": "fine", "content": {"application/json": {"schema":
             {"type": "array", "items": {"$ref": "#/components/schemas/Outer"}}}}}}}}},
         "components": {"schemas": {
           "Outer": {"type": "object", "properties": {"inner": {"anyOf": [{"$ref": "#/components/schemas/Inner"}, {"type": "null"}]}},
                     "required": ["inner"]},
           "Inner": {"type": "object", "properties": {"number": {"type": "integer"}, "word": {"type": "string", "enum": ["a"]},
                     "at": {"type": "string", "format": "date-time"}}}}}}
        """;
    private static final JsonMapper JSON = new JsonMapper();

    private static ObjectNode document() throws Exception {
        return (ObjectNode) JSON.readTree(DOCUMENT);
    }

    private static Iterable<String> problems(String body) throws Exception {
        ObjectNode document = document();
        return new ApiDocument(document).problems(document.at(
                "/paths/~1a~1{id}/get/responses/200/content/application~1json/schema"), body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[{\"inner\": null}]",
            "[{\"inner\": {\"number\": 1, \"word\": \"a\", \"at\": \"2026-11-30T18:00:00.123Z\"}}]"})
    void whatIsAsToldIsFine(String body) throws Exception {
        assertThat(problems(body)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[{}]", "[{\"inner\": null, \"more\": 1}]", "[{\"inner\": {\"number\": 1.5}}]",
            "[{\"inner\": {\"more\": 1}}]", "[{\"inner\": {\"word\": \"b\"}}]", "[{\"inner\": {\"at\": \"today\"}}]"})
    void whatIsNotAsToldIsNoticed(String body) throws Exception {
        assertThat(problems(body)).isNotEmpty();
    }

    @Test
    void aDocumentThatIsWrongIsNoticed() throws Exception {
        assertThat(new ApiDocument(document()).problems()).isEmpty();

        ObjectNode wrong = document();
        wrong.remove("info");
        assertThat(new ApiDocument(wrong).problems()).isNotEmpty();
        ObjectNode nowhere = document();
        ((ObjectNode) nowhere.at("/components/schemas")).remove("Inner");
        assertThat(new ApiDocument(nowhere).problems()).anyMatch(each -> each.contains("leads nowhere"));
        ObjectNode place = document();
        ((ObjectNode) place.at("/paths/~1a~1{id}/get/parameters/0")).put("in", "body");
        assertThat(new ApiDocument(place).problems()).isNotEmpty();
        ObjectNode type = document();
        ((ObjectNode) type.at("/components/schemas/Inner")).put("type", "record");
        assertThat(new ApiDocument(type).problems()).isNotEmpty();
    }
}
