package dev.formulary.spi;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A JSON object in the bytes in which it came, and where its members lie, so that a few of them can be replaced without
/// reading and writing the rest. Thread-safe as long as nobody changes the array, and nobody may.
///
/// @param format the format's name, for example [#OPENAI_CHAT]
/// @param bytes UTF-8 JSON, an object
/// @param members its top-level members in order
public record WireBody(String format, byte[] bytes, List<Member> members) {
    /// The body of `POST /v1/chat/completions`, its answer and the frames of its stream.
    public static final String OPENAI_CHAT = "openai-chat";
    /// The body of `POST /api/chat`, its answer and the lines of its stream.
    public static final String OLLAMA_CHAT = "ollama-chat";
    /// The body of `POST /api/generate`, its answer and the lines of its stream.
    public static final String OLLAMA_GENERATE = "ollama-generate";

    /// The body of `POST /v1/messages`, its answer and the data of its stream's events.
    public static final String ANTHROPIC_MESSAGES = "anthropic-messages";

    public WireBody {
        members = List.copyOf(members);
    }

    /// Where a member lies.
    ///
    /// @param start offset of the quotation mark that opens the name
    /// @param end offset just behind the value
    public record Member(String name, int start, int end) {}

    /// Whether the object has a member of that name.
    public boolean has(String name) {
        for (Member member : members) {
            if (member.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /// The same object with some members replaced, added or (with an empty value) left out. All other bytes stay.
    ///
    /// @param replacements JSON texts by member name
    public byte[] with(Map<String, String> replacements) {
        var left = new LinkedHashMap<>(replacements);
        var pieces = new ArrayList<Piece>(members.size() + replacements.size());
        for (Member member : members) {
            String value = replacements.get(member.name());
            if (value == null) {
                pieces.add(new Piece(bytes, member.start(), member.end()));
            } else if (left.remove(member.name()) != null && !value.isEmpty()) {
                pieces.add(Piece.of(member.name(), value));
            }
        }
        left.forEach((name, value) -> {
            if (!value.isEmpty()) {
                pieces.add(Piece.of(name, value));
            }
        });
        return joined(pieces);
    }

    /// A member with its name, in whichever bytes it stands.
    private record Piece(byte[] source, int start, int end) {
        static Piece of(String name, String value) {
            byte[] member = (quoted(name) + ":" + value).getBytes(StandardCharsets.UTF_8);
            return new Piece(member, 0, member.length);
        }
    }

    private static byte[] joined(List<Piece> pieces) {
        int length = 2 + Math.max(0, pieces.size() - 1);
        for (Piece piece : pieces) {
            length += piece.end() - piece.start();
        }
        byte[] object = new byte[length];
        int at = 0;
        for (Piece piece : pieces) {
            object[at++] = ',';
            int size = piece.end() - piece.start();
            System.arraycopy(piece.source(), piece.start(), object, at, size);
            at += size;
        }
        object[0] = '{';
        object[length - 1] = '}';
        return object;
    }

    private static String quoted(String name) {
        var text = new StringBuilder(name.length() + 2).append('"');
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c < ' ') {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c == '"' || c == '\\' ? "\\" : "").append(c);
            }
        }
        return text.append('"').toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WireBody that && format.equals(that.format) && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * format.hashCode() + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return format + "[" + bytes.length + " bytes]";
    }
}
