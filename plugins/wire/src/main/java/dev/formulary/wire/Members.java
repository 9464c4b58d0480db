package dev.formulary.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.WireBody;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The members of a JSON object in its bytes: found, and found again.
public final class Members {
    private Members() {}

    /// Takes what it wants of a member's value; the parser stands at the value's first token.
    @FunctionalInterface
    public interface MemberReader {
        /// @throws IOException when it is no JSON
        void read(String name, JsonParser in) throws IOException;
    }

    /// Reads an object member by member.
    ///
    /// @param in behind the first token, which opens the object; it reads bytes
    /// @param found to which it adds where each lies
    /// @throws IOException when it is no JSON
    public static void read(JsonParser in, List<WireBody.Member> found, MemberReader reader) throws IOException {
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            int start = (int) in.currentTokenLocation().getByteOffset();
            in.nextToken();
            reader.read(name, in);
            in.finishToken();
            found.add(new WireBody.Member(name, start, (int) in.currentLocation().getByteOffset()));
        }
    }

    /// The value of a member of a body; null when there is none that can be read.
    public static @Nullable JsonNode value(WireBody body, String name) {
        for (WireBody.Member member : body.members()) {
            if (member.name().equals(name)) {
                int colon = member.start();
                while (body.bytes()[colon] != ':') {
                    colon++;
                }
                try {
                    return Json.TREES.readTree(body.bytes(), colon + 1, member.end() - colon - 1);
                } catch (IOException e) {
                    return null;
                }
            }
        }
        return null;
    }
}
