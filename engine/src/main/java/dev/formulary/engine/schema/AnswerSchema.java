package dev.formulary.engine.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.dialect.DialectId;
import com.networknt.schema.path.PathType;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// A JSON schema that answers are checked against: draft 2020-12, or the older one that it names in `$schema`. Formats such
/// as `date` are checked, too. Immutable and thread-safe.
public final class AnswerSchema {
    private static final int MOST_FAULTS = 8;
    private static final int LONGEST_FAULT = 240;
    private static final JsonMapper JSON = new JsonMapper();
    private static final SchemaRegistryConfig CONFIG = SchemaRegistryConfig.builder().pathType(PathType.JSON_POINTER)
            .locale(Locale.ENGLISH).formatAssertionsEnabled(true).regularExpressionFactory(BoundedPattern::new).build();
    /// Reads what drafts say of schemas; knows no schema of a caller.
    private static final SchemaRegistry DRAFTS = registry();

    private final Schema schema;

    private AnswerSchema(Schema schema) {
        this.schema = schema;
    }

    private static SchemaRegistry registry() {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12,
                builder -> builder.schemaRegistryConfig(CONFIG)
                        .schemaLoader(loader -> loader.fetchRemoteResources(false)));
    }

    /// Understands a schema.
    ///
    /// @param schema plain values, as in [dev.formulary.spi.ChatRequest.Format.Schema]
    /// @throws InvalidSchemaException when it is none, is too large, or refers to something else
    public static AnswerSchema of(Map<String, @Nullable Object> schema) throws InvalidSchemaException {
        JsonNode tree = JSON.valueToTree(schema);
        Expansion.check(tree);
        try {
            List<Error> wrong = DRAFTS.getSchema(SchemaLocation.of(draft(tree))).validate(tree);
            if (!wrong.isEmpty()) {
                throw new InvalidSchemaException("the schema is none: " + told(wrong.getFirst()));
            }
            Schema made = registry().getSchema(tree);
            made.initializeValidators();
            return new AnswerSchema(made);
        } catch (PatternSyntaxException e) {
            throw new InvalidSchemaException("a pattern of the schema is none: " + e.getDescription());
        } catch (RuntimeException | StackOverflowError e) {
            throw new InvalidSchemaException("the schema can't be used: " + shortened(String.valueOf(e.getMessage())));
        }
    }

    private static String draft(JsonNode schema) throws InvalidSchemaException {
        String said = schema.path("$schema").asText(DialectId.DRAFT_2020_12);
        String name = said.endsWith("#") ? said.substring(0, said.length() - 1) : said;
        return switch (name) {
            case "https://json-schema.org/draft/2020-12/schema", "https://json-schema.org/draft/2019-09/schema" -> name;
            case "http://json-schema.org/draft-07/schema", "http://json-schema.org/draft-06/schema",
                    "http://json-schema.org/draft-04/schema" ->
                name + "#";
            default ->
                throw new InvalidSchemaException("$schema must be a draft of JSON Schema from 04 to 2020-12, such"
                        + " as https://json-schema.org/draft/2020-12/schema");
        };
    }

    /// Checks an answer.
    ///
    /// @param text what the model wrote
    /// @param complete whether the model says that it was done, rather than cut short
    public Verdict check(String text, boolean complete) {
        try {
            NearJson.Read read = NearJson.read(text, complete);
            List<Error> wrong = schema.validate(read.value());
            return wrong.isEmpty()
                    ? new Verdict.Sound(read.text(), read.repairs())
                    : new Verdict.Unsound(
                            wrong.stream().map(AnswerSchema::told).distinct().limit(MOST_FAULTS).toList());
        } catch (NearJson.UnreadableException e) {
            return Verdict.Unsound.of(String.valueOf(e.getMessage()));
        } catch (BoundedPattern.TooManyStepsException e) {
            return Verdict.Unsound.of("it can't be checked: " + e.getMessage());
        }
    }

    private static String told(Error error) {
        String at = error.getInstanceLocation().toString();
        return shortened((at.isEmpty() ? "the whole" : at) + ": " + error.getMessage());
    }

    private static String shortened(String message) {
        return message.length() > LONGEST_FAULT ? message.substring(0, LONGEST_FAULT) + "…" : message;
    }
}
