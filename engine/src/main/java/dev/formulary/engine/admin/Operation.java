package dev.formulary.engine.admin;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One method of one path, as the OpenAPI document tells of it. Immutable.
///
/// @param method upper case
/// @param path with `{id}` where something varies
/// @param subject what it belongs to, in a word
/// @param summary what it does, in a line
/// @param more what else a caller should know; empty for nothing
/// @param parameters of the path, the query and the header
/// @param body what is sent; null for nothing
/// @param replies what comes back when all goes well, and what differs from the usual errors
/// @param docs where the format is described that is not ours; empty where it is
public record Operation(String method, String path, String subject, String summary, String more,
        List<Parameter> parameters, @Nullable Content body, List<Reply> replies, String docs) {
    public Operation {
        parameters = List.copyOf(parameters);
        replies = List.copyOf(replies);
    }

    /// What is sent or comes back.
    ///
    /// @param about in a line
    /// @param types what it is, by media type
    public record Content(String about, Map<String, Shape> types) {
        public Content {
            types = Map.copyOf(types);
        }

        /// JSON as it is written of a type.
        public static Content json(String about, Type type) {
            return new Content(about, Map.of(Replies.JSON, new Shape.Written(type)));
        }
    }

    /// An answer.
    ///
    /// @param headers names of those that it bears, of which the document says elsewhere what they mean
    public record Reply(int status, Content content, List<String> headers) {
        public Reply {
            headers = List.copyOf(headers);
        }
    }

    /// Something that a caller may say beside the body.
    ///
    /// @param in `path`, `query` or `header`
    /// @param type of its value
    /// @param words the values that there are; empty when there is no list of them
    public record Parameter(String name, String in, boolean required, String about, Type type, List<String> words) {
        public Parameter {
            words = List.copyOf(words);
        }

        /// A text of the query that may be left out.
        public static Parameter query(String name, String about) {
            return new Parameter(name, "query", false, about, String.class, List.of());
        }
    }

    /// What stands in a body.
    public sealed interface Shape {
        /// What is written of a type.
        record Written(Type type) implements Shape {}

        /// What is written of one of several types.
        record AnyOf(List<Type> types) implements Shape {
            public AnyOf {
                types = List.copyOf(types);
            }
        }

        /// An object whose members an operator says.
        record Said(List<Member> members) implements Shape {
            public Said {
                members = List.copyOf(members);
            }
        }

        /// Somebody else's format, which is described there.
        record Foreign() implements Shape {}

        /// A text.
        record Text() implements Shape {}
    }

    /// A member of what an operator says.
    public record Member(String name, Kind kind, boolean required, String about) {

        /// What a value may be.
        public enum Kind {
            /// A text, or a number or boolean, which is read as its text.
            TEXT,
            /// A list of texts; or one text with commas in it.
            LIST,
            /// An object of texts; or one text such as `a=b, c=d`.
            NAMES,
            /// `true` or `false`.
            FLAG,
            /// A whole number.
            NUMBER
        }
    }
}
