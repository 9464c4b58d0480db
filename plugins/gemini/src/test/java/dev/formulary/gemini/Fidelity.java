package dev.formulary.gemini;

import static dev.formulary.gemini.Fidelity.Behaviour.CARRIED;
import static dev.formulary.gemini.Fidelity.Behaviour.IGNORED;
import static dev.formulary.gemini.Fidelity.Behaviour.REFUSED;

import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Effort;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.Tool;
import dev.formulary.spi.ChatRequest.ToolCall;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What becomes of each thing that a caller can ask for. The table of the README and [FidelityTest] follow this list; whoever
/// compares providers reads [#features].
final class Fidelity {
    private static final String THREE = "gemini-3.1-pro-preview";
    private static final Map<String, @Nullable Object> SCHEMA = Map.of("type", "object", "properties",
            Map.of("city", Map.of("type", "string")), "additionalProperties", false);

    /// What becomes of it.
    enum Behaviour {
        /// The vendor gets it.
        CARRIED,
        /// It is left out, and the caller is told.
        IGNORED,
        /// The request fails with [dev.formulary.spi.FailureCategory#UNSUPPORTED].
        REFUSED
    }

    /// One thing that can be asked for.
    ///
    /// @param feature its name, the caller's own where there is one
    /// @param how in which form it is carried, and what of it is lost
    record Feature(String feature, Behaviour behaviour, String how) {}

    /// A feature with a request that asks for it.
    ///
    /// @param evidence when carried: where in the body, as a JSON pointer, and what stands there, as JSON; when ignored: the
    ///        name that the caller is told
    record Case(Feature feature, ChatRequest request, List<String> evidence) {}

    private Fidelity() {}

    /// All of them, in the order of the table.
    static List<Feature> features() {
        return cases().stream().map(Case::feature).toList();
    }

    static List<Case> cases() {
        return Stream.of(messages(), media(), tools(), sampling(), form(), rest()).flatMap(List::stream).toList();
    }

    private static Case carried(String feature, String how, Ask ask, String... evidence) {
        return new Case(new Feature(feature, CARRIED, how), ask.whole(), List.of(evidence));
    }

    private static Case ignored(String feature, String how, Ask ask, String told) {
        return new Case(new Feature(feature, IGNORED, how), ask.whole(), List.of(told));
    }

    private static Case refused(String feature, String how, Ask ask) {
        return new Case(new Feature(feature, REFUSED, how), ask.whole(), List.of());
    }

    private static List<Case> messages() {
        var call = new ToolCall("c1", "weather", "{\"city\":\"Bonn\"}");
        return List.of(
                carried("system and developer messages",
                        "`systemInstruction`, all together: their place among the others is lost",
                        new Ask().system("Be brief.").user("Hi").system("Be kind."), "/systemInstruction/parts",
                        "[{\"text\":\"Be brief.\"},{\"text\":\"Be kind.\"}]", "/contents/0/role", "\"user\""),
                carried("text", "`text` parts", new Ask().user("Hi").assistant("Hello").user("Bye"), "/contents",
                        "[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"}]},"
                                + "{\"role\":\"model\",\"parts\":[{\"text\":\"Hello\"}]},"
                                + "{\"role\":\"user\",\"parts\":[{\"text\":\"Bye\"}]}]"),
                carried("tool calls of earlier turns", "`functionCall`",
                        new Ask().user("?").calls(call).result("c1", "12 °C"), "/contents/1/parts/0/functionCall",
                        "{\"id\":\"c1\",\"name\":\"weather\",\"args\":{\"city\":\"Bonn\"}}"),
                carried("results of tools", "`functionResponse`, the text as `{\"result\": ...}`",
                        new Ask().user("?").calls(call).result("c1", "12 °C"), "/contents/2",
                        "{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"id\":\"c1\",\"name\":\"weather\","
                                + "\"response\":{\"result\":\"12 °C\"}}}]}"),
                carried("thoughts of earlier turns", "parts with `thought`, and what the vendor signed of them",
                        new Ask().user("?").message(Role.ASSISTANT, new ChatRequest.Thought("hm", "gemini:c2ln"),
                                new ChatRequest.Text("Yes")).user("!"),
                        "/contents/1/parts",
                        "[{\"text\":\"hm\",\"thought\":true},{\"text\":\"Yes\",\"thoughtSignature\":\"c2ln\"}]"),
                ignored("name of a speaker", "the vendor has no place for it",
                        new Ask().message(new Message(Role.USER, List.of(new ChatRequest.Text("Hi")), List.of(), null,
                                "ada")),
                        "name"),
                refused("parts in unknown forms", "for example a file that another vendor keeps",
                        new Ask().message(Role.USER, new ChatRequest.Opaque("file"))));
    }

    private static List<Case> media() {
        return List.of(
                carried("picture (bytes)", "`inlineData`",
                        new Ask().message(Role.USER, new ChatRequest.Image("image/png", "iVBO", false)),
                        "/contents/0/parts/0/inlineData", "{\"mimeType\":\"image/png\",\"data\":\"iVBO\"}"),
                carried("picture (address)", "fetched, 20 MiB a request, and sent as `inlineData`",
                        new Ask().message(Role.USER, new ChatRequest.Image("", "https://203.0.113.7/cat.png", true)),
                        "/contents/0/parts/0/inlineData", "{\"mimeType\":\"image/png\",\"data\":\"Y2F0\"}"),
                refused("picture (address of a server that is not public)", "unless the setting `fetch` is `anywhere`",
                        new Ask().message(Role.USER, new ChatRequest.Image("", "http://127.0.0.1/cat.png", true))),
                carried("sound", "`inlineData`",
                        new Ask().message(Role.USER, new ChatRequest.Audio("audio/mpeg", "SUQz")),
                        "/contents/0/parts/0/inlineData", "{\"mimeType\":\"audio/mp3\",\"data\":\"SUQz\"}"),
                carried("file (bytes)", "`inlineData`", new Ask().message(Role.USER,
                        new ChatRequest.Document("application/pdf", "JVBE", false, null)),
                        "/contents/0/parts/0/inlineData", "{\"mimeType\":\"application/pdf\",\"data\":\"JVBE\"}"),
                ignored("name of a file", "the file itself is carried", new Ask().message(Role.USER,
                        new ChatRequest.Document("application/pdf", "JVBE", false, "a.pdf")), "filename"),
                carried("picture in a tool's result", "within the result from Gemini 3 on, behind it before",
                        new Ask().model(THREE).user("?").calls(new ToolCall("c1", "photo", "{}"))
                                .message(new Message(Role.TOOL,
                                        List.of(new ChatRequest.Image("image/png", "iVBO", false)), List.of(), "c1",
                                        null)),
                        "/contents/2/parts/0/functionResponse/parts",
                        "[{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"iVBO\"}}]"),
                refused("picture in instructions", "instructions are words",
                        new Ask().message(Role.SYSTEM, new ChatRequest.Image("image/png", "iVBO", false)).user("?")));
    }

    private static List<Case> tools() {
        String mode = "/toolConfig/functionCallingConfig";
        return List.of(
                carried("tools", "`functionDeclarations` with `parametersJsonSchema`",
                        Ask.hi().tool(new Tool("weather", "tells it", SCHEMA)).tool("now"),
                        "/tools/0/functionDeclarations/0/parametersJsonSchema/properties",
                        "{\"city\":{\"type\":\"string\"}}", "/tools/0/functionDeclarations/0/description",
                        "\"tells it\"", "/tools/0/functionDeclarations/1", "{\"name\":\"now\"}"),
                carried("tools: strict", "mode `VALIDATED`, for all tools as soon as one is strict",
                        Ask.hi().tool(new Tool("weather", null, SCHEMA, true)), mode, "{\"mode\":\"VALIDATED\"}"),
                carried("tool_choice: auto", "mode `AUTO`", Ask.hi().tool("now").choice("auto"), mode,
                        "{\"mode\":\"AUTO\"}"),
                carried("tool_choice: none", "mode `NONE`", Ask.hi().tool("now").choice("none"), mode,
                        "{\"mode\":\"NONE\"}"),
                carried("tool_choice: required", "mode `ANY`", Ask.hi().tool("now").choice("required"), mode,
                        "{\"mode\":\"ANY\"}"),
                carried("tool_choice: one tool", "mode `ANY` with `allowedFunctionNames`",
                        Ask.hi().tool("now").tool("then").choice("=then"), mode,
                        "{\"mode\":\"ANY\",\"allowedFunctionNames\":[\"then\"]}"),
                carried("parallel_tool_calls: false", "the vendor has no switch: calls behind the first are left out",
                        Ask.hi().tool("now").parallel(false), "/tools/0/functionDeclarations", "[{\"name\":\"now\"}]"));
    }

    private static List<Case> sampling() {
        return List.of(
                carried("temperature, top_p, max_tokens",
                        "`temperature`, `topP`, `maxOutputTokens`; thoughts count within the limit",
                        Ask.hi().sampling(new Sampling(0.5, 0.9, 100, null, null, List.of())), "/generationConfig",
                        "{\"temperature\":0.5,\"topP\":0.9,\"maxOutputTokens\":100}"),
                carried("top_k", "`topK`", Ask.hi().topK(40), "/generationConfig", "{\"topK\":40}"),
                carried("seed", "`seed`; longer ones than 32 bits are folded", Ask.hi().seed(7), "/generationConfig",
                        "{\"seed\":7}"),
                carried("frequency_penalty, presence_penalty", "`frequencyPenalty`, `presencePenalty`",
                        Ask.hi().penalties(0.5, -0.5), "/generationConfig",
                        "{\"presencePenalty\":-0.5,\"frequencyPenalty\":0.5}"),
                carried("stop, up to 5", "`stopSequences`", Ask.hi().stop("a", "b", "c", "d", "e"),
                        "/generationConfig/stopSequences", "[\"a\",\"b\",\"c\",\"d\",\"e\"]"),
                refused("stop, more than 5", "the vendor takes five", Ask.hi().stop("a", "b", "c", "d", "e", "f")),
                ignored("min_p", "the vendor has none", Ask.hi().minP(0.1), "min_p"),
                carried("logprobs, top_logprobs", "`responseLogprobs`, `logprobs`; tokens come without their bytes",
                        Ask.hi().logprobs(3), "/generationConfig", "{\"responseLogprobs\":true,\"logprobs\":3}"),
                ignored("num_ctx", "the vendor reserves what it needs",
                        Ask.hi().sampling(new Sampling(null, null, null, null, 4096, List.of())), "num_ctx"));
    }

    private static List<Case> form() {
        return List.of(
                carried("response_format: json_object", "`responseMimeType`", Ask.hi().format(new Format.Json()),
                        "/generationConfig", "{\"responseMimeType\":\"application/json\"}"),
                carried("response_format: json_schema",
                        "`responseJsonSchema`; the schema's name is lost, and it always binds",
                        Ask.hi().format(new Format.Schema("answer", Map.of("type", "object"), true)),
                        "/generationConfig",
                        "{\"responseMimeType\":\"application/json\",\"responseJsonSchema\":{\"type\":\"object\"}}"),
                carried("reasoning_effort (Gemini 3 and later)", "`thinkingLevel`, and the thoughts are asked for",
                        Ask.hi().model(THREE).effort(Effort.MEDIUM), "/generationConfig/thinkingConfig",
                        "{\"includeThoughts\":true,\"thinkingLevel\":\"MEDIUM\"}"),
                carried("reasoning_effort (Gemini 2.5)", "`thinkingBudget`, and the thoughts are asked for",
                        Ask.hi().effort(Effort.LOW), "/generationConfig/thinkingConfig",
                        "{\"includeThoughts\":true,\"thinkingBudget\":1024}"),
                ignored("reasoning_effort below what a model can",
                        "it thinks as little as it can: Pro models and Gemini 3 always think",
                        Ask.hi().model(THREE).effort(Effort.NONE), "reasoning_effort"),
                ignored("reasoning_effort (other models)", "they can't be told",
                        Ask.hi().model("gemma-3-27b-it").effort(Effort.HIGH), "reasoning_effort"));
    }

    private static List<Case> rest() {
        return List.of(
                ignored("user", "the vendor has no place for it", Ask.hi().endUser("u1"), "user"),
                ignored("keep_alive", "models are always ready", Ask.hi().keepAlive(Duration.ofMinutes(5)),
                        "keep_alive"),
                ignored("members that the gateway does not know", "for example `logit_bias`, `store`, `service_tier`",
                        Ask.hi().extra("logit_bias", Map.of("50256", -100), false), "logit_bias"),
                refused("essential members that it does not know", "for example `web_search_options`, spoken answers",
                        Ask.hi().extra("web_search_options", Map.of(), true)));
    }
}
