package dev.formulary.engine.schema;

import java.nio.file.Path;
import java.util.Objects;

/// The shipped schema of tasks, and answers to it.
final class Tasks {
    static final SchemaFolder FOLDER = new SchemaFolder(Path.of("../routes/schemas"));
    static final String ONE = "{\"summary\":\"wash up\",\"priority\":\"high\",\"due\":null,\"confidence\":0.90,"
            + "\"evidence\":\"plates in the sink\"}";

    private Tasks() {}

    static AnswerSchema schema() throws InvalidSchemaException {
        return AnswerSchema.of(Objects.requireNonNull(FOLDER.find("formulary.tasks/1"), "the shipped schema"));
    }

    /// An answer with these tasks.
    static String of(String... tasks) {
        return "{\"version\":1,\"zone\":\"kitchen\",\"tasks\":[" + String.join(",", tasks) + "]}";
    }

    /// A task with another value of one member.
    static String with(String member, String value) {
        return ONE.replaceFirst("\"" + member + "\":(null|[0-9.]+|\"[^\"]*\")",
                java.util.regex.Matcher.quoteReplacement("\"" + member + "\":" + value));
    }
}
