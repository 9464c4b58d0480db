package dev.formulary.anthropic;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.WireBody;
import dev.formulary.wire.Members;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// An answer, or the data of one event of its stream: its meaning, and its bytes with the places of its members.
record Frame(ObjectNode root, WireBody body) {

    /// @throws ProviderException when it is no JSON object
    static Frame of(byte[] json) throws ProviderException {
        try (JsonParser in = Json.FACTORY.createParser(json)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw Json.malformed();
            }
            ObjectNode root = Json.object();
            List<WireBody.Member> members = new ArrayList<>(8);
            Members.read(in, members, (name, value) -> root.set(name, Json.read(value)));
            if (in.currentToken() != JsonToken.END_OBJECT) {
                throw Json.malformed();
            }
            return new Frame(root, new WireBody(WireBody.ANTHROPIC_MESSAGES, json, members));
        } catch (IOException e) {
            throw Json.malformed();
        }
    }

    String type() {
        return root.path("type").asText("");
    }
}
