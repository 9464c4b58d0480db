package dev.formulary.spi;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a model is asked, independent of any vendor's format. Immutable.
///
/// JSON values that the gateway does not interpret (schemas, unknown members) are plain Java values: [String],
/// [java.math.BigDecimal], [Integer], [Long], [Double], [Boolean], [List], [Map] in the order of the source, and null
/// inside lists and maps.
///
/// @param model the provider's own id of the model
/// @param messages the conversation, oldest first, at least one
/// @param tools what the model may call
/// @param toolChoice `auto`, `none`, `required`, or the name of the one tool to call after `=`; null when not said
/// @param sampling how to answer; policy has been applied
/// @param format the form of the answer
/// @param stream whether the caller wants the answer in pieces
/// @param includeUsage whether the caller wants the count of tokens at the end of a stream
/// @param extra top-level members of the caller's body that the gateway does not know, by name
/// @param source the caller's own bytes, for a provider that speaks the same format; null when there are none
/// @param options what else the caller asked for
public record ChatRequest(String model, List<Message> messages, List<Tool> tools, @Nullable String toolChoice,
        Sampling sampling, Format format, boolean stream, boolean includeUsage,
        Map<String, @Nullable Object> extra, @Nullable WireBody source, Options options) {

    // written out because a compact constructor loses the nullness of type arguments in the class file
    public ChatRequest(String model, List<Message> messages, List<Tool> tools, @Nullable String toolChoice,
            Sampling sampling, Format format, boolean stream, boolean includeUsage,
            Map<String, @Nullable Object> extra, @Nullable WireBody source, Options options) {
        this.model = model;
        this.messages = List.copyOf(messages);
        this.tools = List.copyOf(tools);
        this.toolChoice = toolChoice;
        this.sampling = sampling;
        this.format = format;
        this.stream = stream;
        this.includeUsage = includeUsage;
        this.extra = extra;
        this.source = source;
        this.options = options;
    }

    /// A request with no options.
    public ChatRequest(String model, List<Message> messages, List<Tool> tools, @Nullable String toolChoice,
            Sampling sampling, Format format, boolean stream, boolean includeUsage,
            Map<String, @Nullable Object> extra, @Nullable WireBody source) {
        this(model, messages, tools, toolChoice, sampling, format, stream, includeUsage, extra, source, Options.NONE);
    }

    /// The same request for another model, answered in another manner.
    public ChatRequest with(String otherModel, Sampling otherSampling) {
        return new ChatRequest(otherModel, messages, tools, toolChoice, otherSampling, format, stream, includeUsage,
                extra, source, options);
    }

    /// The same request for another model, answered in another manner and with other options.
    public ChatRequest with(String otherModel, Sampling otherSampling, Options otherOptions) {
        return new ChatRequest(otherModel, messages, tools, toolChoice, otherSampling, format, stream, includeUsage,
                extra, source, otherOptions);
    }

    /// What a provider that speaks another format than the caller has to say of [#extra].
    ///
    /// @param carried the names that it passes on
    /// @return one event for each of the other names
    /// @throws ProviderException with [FailureCategory#UNSUPPORTED] when one of those is essential
    public List<ReplyEvent> ignoring(Set<String> carried) throws ProviderException {
        List<ReplyEvent> ignored = new ArrayList<>();
        for (String name : extra.keySet()) {
            if (carried.contains(name)) {
                continue;
            }
            if (options.essential().contains(name)) {
                throw new ProviderException(FailureCategory.UNSUPPORTED,
                        "this model's provider can't carry '" + name + "'");
            }
            ignored.add(new ReplyEvent.Ignored(name));
        }
        return ignored;
    }

    /// Who speaks.
    public enum Role {
        SYSTEM, USER, ASSISTANT, TOOL
    }

    /// One turn.
    ///
    /// @param role who speaks
    /// @param parts what is said; may be empty when tools are called
    /// @param toolCalls the tools that an assistant calls
    /// @param toolCallId for [Role#TOOL]: which call this answers; null when the format has no ids
    /// @param name the speaker's or the tool's name, or null
    public record Message(Role role, List<Part> parts, List<ToolCall> toolCalls, @Nullable String toolCallId,
            @Nullable String name) {
        public Message {
            parts = List.copyOf(parts);
            toolCalls = List.copyOf(toolCalls);
        }

        /// A turn of plain text.
        public static Message text(Role role, String text) {
            return new Message(role, List.of(new Text(text)), List.of(), null, null);
        }

        /// All text of the turn, joined.
        public String plainText() {
            var all = new StringBuilder();
            for (Part part : parts) {
                if (part instanceof Text(String text)) {
                    all.append(text);
                }
            }
            return all.toString();
        }
    }

    /// A piece of a turn.
    public sealed interface Part {}

    /// Words.
    public record Text(String text) implements Part {}

    /// A picture: its bytes in Base64 with their media type, or the URL of one.
    ///
    /// @param mediaType for example `image/png`; empty when it is a URL
    /// @param data Base64 without prefix or line breaks, or the URL
    /// @param url true when `data` is a URL
    public record Image(String mediaType, String data, boolean url) implements Part {}

    /// Sound: its bytes in Base64 with their media type, for example `audio/wav`.
    ///
    /// @param data Base64 without prefix or line breaks
    public record Audio(String mediaType, String data) implements Part {}

    /// A file, such as a PDF: its bytes in Base64 with their media type, or the URL of one.
    ///
    /// @param mediaType for example `application/pdf`; empty when it is a URL
    /// @param data Base64 without prefix or line breaks, or the URL
    /// @param url true when `data` is a URL
    /// @param name the file's name, or null
    public record Document(String mediaType, String data, boolean url, @Nullable String name) implements Part {}

    /// What the assistant thought before it spoke, in an earlier turn.
    ///
    /// @param text the thoughts; empty when the vendor keeps them to itself
    /// @param signature what [ReplyEvent.Signature] said of them, or null; a provider ignores a signature that is not of
    ///        its own making
    public record Thought(String text, @Nullable String signature) implements Part {}

    /// A piece in a form that the gateway does not know; only a provider of the same format can pass it on.
    ///
    /// @param type the format's own name of the form
    public record Opaque(String type) implements Part {}

    /// A call of a tool by the assistant.
    ///
    /// @param id the call's id; empty when the format has none
    /// @param arguments a JSON object as text
    /// @param signature what [ReplyEvent.Signature] said of the call, or null; a provider ignores a signature that is not
    ///        of its own making
    public record ToolCall(String id, String name, String arguments, @Nullable String signature) {
        /// A call that bears no signature.
        public ToolCall(String id, String name, String arguments) {
            this(id, name, arguments, null);
        }
    }

    /// A tool that the model may call.
    ///
    /// @param parameters a JSON schema
    /// @param strict whether the arguments must follow the schema to the letter
    public record Tool(String name, @Nullable String description, Map<String, @Nullable Object> parameters,
            boolean strict) {
        /// A tool whose schema is a guide.
        public Tool(String name, @Nullable String description, Map<String, @Nullable Object> parameters) {
            this(name, description, parameters, false);
        }
    }

    /// How to answer. Every member is null when neither the caller nor policy says anything.
    ///
    /// @param temperature 0 to 2
    /// @param topP 0 to 1
    /// @param maxTokens the most tokens of the answer, at least 1
    /// @param seed for answers that can be repeated
    /// @param contextTokens the size of the context to reserve, for servers that let the caller choose
    /// @param stop texts that end the answer
    public record Sampling(@Nullable Double temperature, @Nullable Double topP, @Nullable Integer maxTokens,
            @Nullable Long seed, @Nullable Integer contextTokens, List<String> stop) {
        /// Nothing said.
        public static final Sampling DEFAULT = new Sampling(null, null, null, null, null, List.of());

        public Sampling {
            stop = List.copyOf(stop);
        }
    }

    /// What a caller may ask for beyond the usual. Every member is null when the caller says nothing.
    ///
    /// A provider that can't carry one of these, or a member of [ChatRequest#extra], does one of two things: what only tunes
    /// the answer (a penalty, a seed) it leaves out and says so by [ReplyEvent.Ignored]; what changes the form of the answer
    /// or its meaning (probabilities, a tool that must be called) it refuses with [FailureCategory#UNSUPPORTED].
    ///
    /// @param topK sample from so many tokens, at least 1
    /// @param minP leave out tokens less likely than so many times the likeliest, 0 to 1
    /// @param frequencyPenalty -2 to 2
    /// @param presencePenalty -2 to 2
    /// @param topLogprobs the answer's tokens with their probabilities and so many alternatives, 0 to 20
    /// @param effort how long to think
    /// @param parallelToolCalls whether more than one tool may be called in a turn
    /// @param endUser the caller's own name for the person, for the vendor's detection of abuse
    /// @param keepAlive how long a local model stays loaded afterwards; negative for as long as can be
    /// @param essential names in [ChatRequest#extra] without which the answer would be another one than was asked for
    public record Options(@Nullable Integer topK, @Nullable Double minP, @Nullable Double frequencyPenalty,
            @Nullable Double presencePenalty, @Nullable Integer topLogprobs, @Nullable Effort effort,
            @Nullable Boolean parallelToolCalls, @Nullable String endUser, @Nullable Duration keepAlive,
            Set<String> essential) {
        /// Nothing asked.
        public static final Options NONE = new Options(null, null, null, null, null, null, null, null, null, Set.of());

        public Options {
            essential = Set.copyOf(essential);
        }

        /// The same, but for how long a local model stays loaded.
        public Options keeping(@Nullable Duration other) {
            return new Options(topK, minP, frequencyPenalty, presencePenalty, topLogprobs, effort, parallelToolCalls,
                    endUser, other, essential);
        }
    }

    /// How long a model thinks before it answers.
    public enum Effort {
        /// Not at all.
        NONE, MINIMAL, LOW, MEDIUM, HIGH,
        /// As long as it can.
        MAX
    }

    /// The form of the answer.
    public sealed interface Format {
        /// Any text.
        record Free() implements Format {}

        /// Some JSON object.
        record Json() implements Format {}

        /// JSON to a schema.
        record Schema(String name, Map<String, @Nullable Object> schema, boolean strict) implements Format {}
    }
}
