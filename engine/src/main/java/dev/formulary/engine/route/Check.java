package dev.formulary.engine.route;

import dev.formulary.engine.schema.AnswerSchema;
import dev.formulary.spi.ChatRequest;

/// What an answer is held to before anybody gets it.
///
/// @param corrections how often the model is asked again whose answer does not follow the schema
record Check(AnswerSchema schema, int corrections) {

    /// A call whose answer can be read: not in the bytes of its vendor, and not from the cache, where answers are that nobody
    /// checked.
    Received readable(Received received) {
        ChatRequest asked = received.inquiry().request();
        return received.asking(new ChatRequest(asked.model(), asked.messages(), asked.tools(), asked.toolChoice(),
                asked.sampling(), asked.format(), asked.stream(), asked.includeUsage(), asked.extra(), null,
                asked.options()));
    }
}
