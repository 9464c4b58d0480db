package dev.formulary.engine.route;

import dev.formulary.engine.dialect.Inquiry;
import dev.formulary.engine.dialect.Refusal;
import dev.formulary.engine.facts.Arrival.HeaderLookup;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.schema.AnswerSchema;
import dev.formulary.engine.schema.InvalidSchemaException;
import dev.formulary.engine.schema.Outline;
import dev.formulary.engine.schema.SchemaFolder;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Format;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Whose answers are checked against a JSON schema: those of calls that ask for it, by their own schema or by the name of one
/// that is kept here, and those of which a rule says so. Thread-safe.
final class Checks {
    /// The code of an answer that does not follow the schema.
    static final String NOT_FOLLOWED = "schema_not_followed";

    private static final String HEADER = "x-formulary-schema";
    private static final String MEMBER = "formulary_schema";
    private static final String OWN = "request";
    /// How often a model is asked again when its caller wants the answer checked and no rule says otherwise.
    private static final int USUAL = 1;
    private static final int MOST_KEPT = 64;

    private final SchemaFolder folder;
    private final Map<Map<String, @Nullable Object>, AnswerSchema> understood = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Map<String, @Nullable Object>, AnswerSchema> eldest) {
            return size() > MOST_KEPT;
        }
    };

    Checks(SchemaFolder folder) {
        this.folder = folder;
    }

    private static @Nullable String asked(Inquiry inquiry, HeaderLookup header) {
        String said = header.get(HEADER);
        return said == null ? inquiry.metadata().get(MEMBER) : said;
    }

    /// A call with the schema that it names; the same call when it names none.
    ///
    /// @throws RefusedException when there is no such schema, or the call has one of its own
    Inquiry named(Inquiry inquiry, HeaderLookup header) throws RefusedException {
        String name = asked(inquiry, header);
        if (name == null) {
            return inquiry;
        }
        ChatRequest request = inquiry.request();
        boolean own = request.format() instanceof Format.Schema;
        if (inquiry.vectors() != null) {
            throw refused("invalid_header", "X-Formulary-Schema is for answers in words, not for vectors");
        }
        if (name.equals(OWN)) {
            if (!own) {
                throw refused("invalid_header", "X-Formulary-Schema: request needs a JSON schema in the call "
                        + "('response_format', 'text.format', 'output_config' or 'format')");
            }
            return inquiry;
        }
        if (own) {
            throw refused("invalid_header",
                    "the call has a JSON schema of its own and names another one; leave one out, or"
                            + " have its own checked by X-Formulary-Schema: request");
        }
        return inquiry
                .asking(new ChatRequest(request.model(), request.messages(), request.tools(), request.toolChoice(),
                        request.sampling(), new Format.Schema(name.substring(0, name.indexOf('/')).replace('.', '_'),
                                Outline.of(find(name)), true),
                        request.stream(), request.includeUsage(), request.extra(), null, request.options()));
    }

    private Map<String, @Nullable Object> find(String name) throws RefusedException {
        try {
            Map<String, @Nullable Object> schema = folder.find(name);
            if (schema != null) {
                understood(schema);
                return schema;
            }
        } catch (InvalidSchemaException e) {
            throw new RefusedException(new Refusal(500, "schema_unusable", "the schema '" + name
                    + "' of this gateway can't be used: " + e.getMessage(), null, null));
        }
        throw refused("unknown_schema", "X-Formulary-Schema must be 'request' or one of "
                + String.join(", ", folder.names()) + "; there is no '" + (name.length() > 60 ? "…" : name) + "'");
    }

    /// What the answer to an allowed call is held to; null when it is not checked.
    ///
    /// @throws RefusedException when answers can't be checked against the call's schema
    @Nullable
    Check of(Received received, Decision.Allow allow) throws RefusedException {
        if (!(received.inquiry().request().format() instanceof Format.Schema format)) {
            return null;
        }
        String name = asked(received.inquiry(), received.arrival().header());
        int corrections = corrections(name != null, allow.plan().parameters().get(Parameter.CORRECTIONS));
        if (corrections < 0) {
            return null;
        }
        try {
            return new Check(understood(name == null || name.equals(OWN) ? format.schema() : find(name)), corrections);
        } catch (InvalidSchemaException e) {
            throw refused("invalid_schema", String.valueOf(e.getMessage()));
        }
    }

    /// @return -1 when the answer is not checked
    private static int corrections(boolean asked, Plan.@Nullable Limit limit) {
        if (limit != null && !Double.isNaN(limit.preset())) {
            return (int) limit.withoutAsking();
        }
        if (!asked) {
            return -1;
        }
        return limit == null ? USUAL : (int) limit.applyTo(USUAL);
    }

    private AnswerSchema understood(Map<String, @Nullable Object> schema) throws InvalidSchemaException {
        synchronized (understood) {
            AnswerSchema known = understood.get(schema);
            if (known != null) {
                return known;
            }
        }
        AnswerSchema made = AnswerSchema.of(schema);
        synchronized (understood) {
            understood.put(schema, made);
        }
        return made;
    }

    private static RefusedException refused(String code, String message) {
        return new RefusedException(Refusal.badRequest(code, message,
                code.equals("invalid_schema") ? "response_format" : "X-Formulary-Schema"));
    }
}
