package dev.formulary.engine.telemetry;

import io.opentelemetry.api.common.AttributeKey;

/// Every attribute of spans, once. Where OpenTelemetry's conventions for generative AI (version 1.41) have a name, it is
/// theirs.
final class SpanNames {
    // OpenTelemetry
    static final AttributeKey<String> OPERATION = AttributeKey.stringKey(Names.OPERATION);
    static final AttributeKey<String> PROVIDER_NAME = AttributeKey.stringKey(Names.PROVIDER_NAME);
    static final AttributeKey<String> REQUEST_MODEL = AttributeKey.stringKey(Names.REQUEST_MODEL);
    static final AttributeKey<String> RESPONSE_MODEL = AttributeKey.stringKey(Names.RESPONSE_MODEL);
    static final AttributeKey<Boolean> STREAM = AttributeKey.booleanKey("gen_ai.request.stream");
    static final AttributeKey<String> CONVERSATION = AttributeKey.stringKey("gen_ai.conversation.id");
    static final AttributeKey<Double> FIRST_CHUNK = AttributeKey.doubleKey("gen_ai.response.time_to_first_chunk");
    static final AttributeKey<Long> INPUT_TOKENS = AttributeKey.longKey("gen_ai.usage.input_tokens");
    static final AttributeKey<Long> OUTPUT_TOKENS = AttributeKey.longKey("gen_ai.usage.output_tokens");
    static final AttributeKey<Long> CACHED_TOKENS = AttributeKey.longKey("gen_ai.usage.cache_read.input_tokens");
    static final AttributeKey<Long> CACHE_WRITE_TOKENS = AttributeKey
            .longKey("gen_ai.usage.cache_creation.input_tokens");
    static final AttributeKey<Long> THINKING_TOKENS = AttributeKey.longKey("gen_ai.usage.reasoning.output_tokens");
    static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey(Names.ERROR_TYPE);
    static final AttributeKey<String> SERVICE = AttributeKey.stringKey("service.name");
    static final AttributeKey<String> SERVICE_VERSION = AttributeKey.stringKey("service.version");
    static final AttributeKey<String> SERVICE_INSTANCE = AttributeKey.stringKey("service.instance.id");

    // ours
    static final AttributeKey<String> DECISION = AttributeKey.stringKey("formulary.decision");
    static final AttributeKey<String> DIALECT = AttributeKey.stringKey("formulary.dialect");
    static final AttributeKey<String> VIA = AttributeKey.stringKey("formulary.via");
    static final AttributeKey<String> PRIORITY = AttributeKey.stringKey("formulary.priority");
    static final AttributeKey<String> RULES = AttributeKey.stringKey("formulary.rules");
    static final AttributeKey<String> RESULT = AttributeKey.stringKey("formulary.result");
    static final AttributeKey<Long> CANDIDATES = AttributeKey.longKey("formulary.candidates");
    static final AttributeKey<String> CACHE = AttributeKey.stringKey("formulary.cache");
    static final AttributeKey<Long> ATTEMPTS = AttributeKey.longKey("formulary.attempts");
    static final AttributeKey<Long> COST = AttributeKey.longKey("formulary.cost.micros");

    /// Stands for any name that is not ours, as the conventions have it.
    static final String OTHER = "_OTHER";

    private SpanNames() {}
}
