package dev.formulary.engine.house;

import java.util.Map;

/// A retained message.
///
/// @param payload JSON
/// @param gist what must be told at once when it changes; all else may wait a little
record Document(String topic, String payload, String gist) {

    static Document of(String topic, Map<String, ?> members, Object gist) {
        return new Document(topic, Json.write(members), gist.toString());
    }
}
