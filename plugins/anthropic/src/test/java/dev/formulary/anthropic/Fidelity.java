package dev.formulary.anthropic;

import dev.formulary.spi.ChatRequest.Audio;
import dev.formulary.spi.ChatRequest.Document;
import dev.formulary.spi.ChatRequest.Effort;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Image;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Opaque;
import dev.formulary.spi.ChatRequest.Options;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.Text;
import dev.formulary.spi.ChatRequest.Thought;
import dev.formulary.spi.ChatRequest.Tool;
import dev.formulary.spi.ChatRequest.ToolCall;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/// What becomes of everything that a caller may ask for and a vendor may answer: the rows of the table in the README.
///
/// Where it depends on the model, a row is about one that takes all that the format has, unless the row says otherwise.
final class Fidelity {

    /// What becomes of a feature.
    enum Behaviour {
        /// It reaches the vendor, or the caller.
        CARRIED,
        /// It is left out or changed, and the caller is told.
        IGNORED,
        /// The call is refused, so that another model can have it.
        REFUSED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// @param name of the feature
    /// @param how it is carried, or why it is not
    /// @param check what becomes of it in truth
    record Feature(String name, Behaviour behaviour, String how, Check check) {}

    /// Tries a feature.
    @FunctionalInterface
    interface Check {
        Behaviour actual() throws Exception;
    }

    private static final String CLOSED = "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}";
    private static final String OPEN = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\",\"minimum\":0}}}";
    private static final Tool LOOK = new Tool("look", null, Map.of("type", "object"));
    private static final ToolCall CALL = new ToolCall("call_1", "look", "{}");

    static final List<Feature> FEATURES = List.of(
            carried("system and developer messages", "merged into `system`, wherever they stood",
                    a -> a.system("Be kind.")),
            carried("text", "content blocks; empty texts are left out", a -> a.user("More")),
            ignored("speaker's name", "the format has none", a -> a
                    .message(new Message(Role.USER, List.of(new Text("Me")), List.of(), null, "Ada"))),
            carried("picture, Base64", "JPEG, PNG, GIF, WebP", a -> a.user(new Image("image/png", "QQ==", false))),
            carried("picture, URL", "the vendor fetches it",
                    a -> a.user(new Image("", "https://example.org/a.png", true))),
            refused("picture, other types", "the format has none", a -> a.user(new Image("image/bmp", "QQ==", false))),
            carried("document", "PDF in Base64 or by URL, plain text",
                    a -> a.user(new Document("application/pdf", "QQ==", false, "a.pdf"))),
            refused("document, other types", "the format has none",
                    a -> a.user(new Document("application/zip", "QQ==", false, null))),
            refused("sound", "the format has none", a -> a.user(new Audio("audio/wav", "QQ=="))),
            refused("part of an unknown kind", "nobody knows what it means", a -> a.user(new Opaque("video"))),
            carried("tools", "`tools`", a -> a.tools(LOOK)),
            carried("strict tools", "`strict`, for closed schemas without bounds",
                    a -> a.tools(new Tool("look", null, Ask.map(CLOSED), true))),
            ignored("strict tools, other schemas or models", "the tool stays, its schema is a guide",
                    a -> a.tools(new Tool("look", null, Ask.map(OPEN), true))),
            carried("tool choice", "`auto`, `any`, `tool`, `none`", a -> a.tools(LOOK).choice("=look")),
            refused("tool that must be called, newest models", "no tool can be forced upon them",
                    a -> a.model(Ask.NEWEST).tools(LOOK).choice("required")),
            carried("one call at a time", "`disable_parallel_tool_use`", a -> a.tools(LOOK).oneCallAtATime(false)),
            carried("calls and results", "ids made fit, results of a step together and first",
                    a -> a.tools(LOOK).assistant("", CALL).result("call_1", null, "1")),
            refused("arguments that are no JSON object", "the format takes nothing else",
                    a -> a.assistant("", new ToolCall("call_1", "look", "{"))),
            carried("own thoughts given back", "with their signatures, before the calls; also remembered by call",
                    a -> a.assistant(List.of(new Thought("Hm.", "anthropic:c2ln"), new Text("A"))).user("B")),
            ignored("thoughts of others given back", "the vendor takes only what it signed",
                    a -> a.assistant(List.of(new Thought("Hm.", null), new Text("A"))).user("B")),
            carried("limit of the answer", "`max_tokens`, which the vendor always wants", a -> a.maxTokens(50)),
            ignored("limit beyond the model's own", "the model's own", a -> a.maxTokens(900_000)),
            carried("temperature", "`temperature`", a -> a.sampling(0.3, null, null)),
            ignored("temperature above 1", "1", a -> a.sampling(1.4, null, null)),
            carried("top_p", "`top_p`", a -> a.sampling(null, 0.3, null)),
            ignored("temperature and top_p, from the 4.1 models on", "the temperature alone",
                    a -> a.sampling(0.3, 0.3, null)),
            carried("top_k", "`top_k`", a -> a.options(topK(5))),
            ignored("temperature, top_p, top_k, from the 4.7 models on", "they take none of them",
                    a -> a.model(Ask.MODERN).sampling(0.3, 0.3, null).options(topK(5))),
            ignored("temperature, top_p, top_k while thinking", "the vendor allows none of them",
                    a -> a.sampling(0.3, 0.3, null).effort(Effort.HIGH)),
            carried("stop", "`stop_sequences`", a -> a.stop("END")),
            refused("stop at white space", "the vendor takes none", a -> a.stop("\n")),
            carried("effort, older models",
                    "`thinking` with a budget of 1,024 to 32,768 tokens, smaller than the limit",
                    a -> a.effort(Effort.HIGH)),
            carried("effort, newer models", "`thinking` adaptive and `output_config.effort`; minimal is low",
                    a -> a.model(Ask.MODERN).effort(Effort.HIGH)),
            carried("no thinking", "`thinking` disabled", a -> a.effort(Effort.NONE)),
            ignored("no thinking, newest models", "the least effort", a -> a.model(Ask.NEWEST).effort(Effort.NONE)),
            ignored("effort, models that do not think", "the setting `thinking` says otherwise for other servers",
                    a -> a.model(Ask.FOREIGN).effort(Effort.HIGH)),
            ignored("effort with a tool that must be called", "the vendor allows only one of them",
                    a -> a.tools(LOOK).choice("required").effort(Effort.HIGH)),
            ignored("budget whose earlier thoughts are lost", "the vendor wants them in a step with tools",
                    a -> a.tools(LOOK).assistant("", CALL).result("call_1", null, "1").effort(Effort.HIGH)),
            carried("JSON to a schema", "`output_config.format`", a -> a.schema(CLOSED, true)),
            carried("JSON to a schema, other schemas or models",
                    "a forced tool, whose input is the answer; words instead are a failure",
                    a -> a.schema(OPEN, false)),
            ignored("strict JSON, other schemas or models", "the forced tool's schema is a guide",
                    a -> a.schema(OPEN, true)),
            carried("some JSON", "a forced tool with an open schema", a -> a.format(new Format.Json())),
            refused("some JSON, newest models", "no tool can be forced upon them",
                    a -> a.model(Ask.NEWEST).format(new Format.Json())),
            carried("end user", "`metadata.user_id`", a -> a
                    .options(new Options(null, null, null, null, null, null, null, "u", null, Set.of()))),
            ignored("seed", "the format has none",
                    a -> a.sampling(new Sampling(null, null, null, 7L, null, List.of()))),
            ignored("context size", "the vendor reserves none",
                    a -> a.sampling(new Sampling(null, null, null, null, 4096, List.of()))),
            ignored("min_p", "the format has none", a -> a
                    .options(new Options(null, 0.1, null, null, null, null, null, null, null, Set.of()))),
            ignored("frequency and presence penalty", "the format has none", a -> a
                    .options(new Options(null, null, 0.5, 0.5, null, null, null, null, null, Set.of()))),
            ignored("keep_alive", "the vendor's models are always ready", a -> a
                    .options(new Options(null, null, null, null, null, null, null, null, Duration.ofMinutes(1),
                            Set.of()))),
            refused("logprobs", "the format has none", a -> a
                    .options(new Options(null, null, null, null, 0, null, null, null, null, Set.of()))),
            ignored("members that the gateway does not know", "another format's",
                    a -> a.extra(Map.of("logit_bias", Map.of()))),
            refused("essential members that the gateway does not know", "another format's", a -> a
                    .extra(Map.of("audio", Map.of()))
                    .options(new Options(null, null, null, null, null, null, null, null, null, Set.of("audio")))),
            carried("a caller's own body in this format", "byte for byte, but for what policy decides",
                    a -> a.body("{\"max_tokens\":5,\"messages\":[],\"container\":\"c\"}")),
            heard("answer: text", "hello", ReplyEvent.Text.class),
            heard("answer: calls", "tools", ReplyEvent.ToolCall.class),
            heard("answer: thoughts", "thinking", ReplyEvent.Thinking.class),
            heard("answer: signatures", "interleaved", ReplyEvent.Signature.class),
            heard("answer: refusal", "refusal", ReplyEvent.Refusal.class),
            heard("answer: tokens, with those of the cache and of thoughts", "cache", ReplyEvent.Accounting.class));

    private Fidelity() {}

    private static Options topK(int tokens) {
        return new Options(tokens, null, null, null, null, null, null, null, null, Set.of());
    }

    private static Feature carried(String name, String how, UnaryOperator<Ask> asked) {
        return new Feature(name, Behaviour.CARRIED, how, () -> actual(asked));
    }

    private static Feature ignored(String name, String how, UnaryOperator<Ask> asked) {
        return new Feature(name, Behaviour.IGNORED, how, () -> actual(asked));
    }

    private static Feature refused(String name, String how, UnaryOperator<Ask> asked) {
        return new Feature(name, Behaviour.REFUSED, how, () -> actual(asked));
    }

    private static Feature heard(String name, String recording, Class<? extends ReplyEvent> event) {
        return new Feature(name, Behaviour.CARRIED, "as it comes",
                () -> Recorded.heard(recording).stream().anyMatch(event::isInstance)
                        ? Behaviour.CARRIED
                        : Behaviour.REFUSED);
    }

    /// Told: ignored. Else, what is sent must be something else than without it.
    private static Behaviour actual(UnaryOperator<Ask> asked) throws ProviderException {
        try {
            Asked sent = asked.apply(Ask.hi()).asked();
            if (!sent.ignored().isEmpty()) {
                return Behaviour.IGNORED;
            }
            Asked without = Ask.hi().model(Ask.json(sent.body()).path("model").asText()).asked();
            if (Arrays.equals(sent.body(), without.body())) {
                throw new AssertionError("dropped in silence");
            }
            return Behaviour.CARRIED;
        } catch (ProviderException e) {
            if (e.category() != FailureCategory.UNSUPPORTED) {
                throw e;
            }
            return Behaviour.REFUSED;
        }
    }
}
