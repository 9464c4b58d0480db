package dev.formulary.anthropic;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.WireBody;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// An answer, or the data of one event of its stream: its meaning, and its bytes with the places of its members.
record Frame(ObjectNode root, WireBody body) {

    /// @throws ProviderException when it is no JSON object
    static Frame of(byte[] json) throws ProviderException {
        try (JsonParser in = Json.FACTORY.createParser(json)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw malformed();
            }
            ObjectNode root = Json.object();
            List<WireBody.Member> members = new ArrayList<>(8);
            for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                int start = (int) in.currentTokenLocation().getByteOffset();
                in.nextToken();
                JsonNode value = Json.read(in);
                in.finishToken();
                root.set(name, value);
                members.add(new WireBody.Member(name, start, (int) in.currentLocation().getByteOffset()));
            }
            if (in.currentToken() != JsonToken.END_OBJECT) {
                throw malformed();
            }
            return new Frame(root, new WireBody(WireBody.ANTHROPIC_MESSAGES, json, members));
        } catch (IOException e) {
            // the parser's own message would show pieces of the answer
            throw malformed();
        }
    }

    static ProviderException malformed() {
        return new ProviderException(FailureCategory.MALFORMED,
                "the vendor's answer is not the json that it should be");
    }

    String type() {
        return root.path("type").asText("");
    }
}
