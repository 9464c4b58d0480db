package dev.formulary.testkit;

import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Effort;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Options;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.Tool;
import dev.formulary.spi.ChatRequest.ToolCall;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Something that a caller can ask for, and a request that asks for that alone.
///
/// @param name what people call it
/// @param request asks for it
/// @param mark what stands in the body for the vendor when the wish is carried and else does not
public record Wish(String name, ChatRequest request, String mark) {
    /// How an answer fails that has come.
    private static final Set<FailureCategory> ANSWERS = Set.of(FailureCategory.MALFORMED, FailureCategory.CUT,
            FailureCategory.SERVER);
    private static final ChatRequest.Text HI = new ChatRequest.Text("Hi");
    private static final Map<String, @Nullable Object> SCHEMA = Map.of("type", "object", "properties",
            Map.of("city", Map.of("type", "string")), "required", List.of("city"), "additionalProperties", false);

    /// What becomes of a wish.
    public enum Outcome {
        /// It reaches the vendor.
        CARRIED,
        /// It is left out, and the caller is told.
        IGNORED,
        /// The request is not sent; another model may get it.
        REFUSED
    }

    /// What a provider sends for a request.
    ///
    /// @param bytes the body for the vendor, in UTF-8
    /// @param told what the caller is told at once
    public record Body(byte[] bytes, List<ReplyEvent> told) {}

    /// Writes what a provider sends.
    @FunctionalInterface
    public interface Writer {
        /// @throws ProviderException as [Provider#chat]
        Body write(ChatRequest request) throws ProviderException;
    }

    /// All wishes, in a fixed order, with the marks of a vendor that has OpenAI's words.
    ///
    /// @param model who is asked
    public static List<Wish> all(String model) {
        return new Wishes(model).all();
    }

    /// All wishes, in the same order.
    ///
    /// @param model who is asked
    /// @param marks of the wishes for which the vendor has other words, by name
    public static List<Wish> all(String model, Map<String, String> marks) {
        return all(model).stream().map(wish -> new Wish(wish.name(), wish.request(),
                marks.getOrDefault(wish.name(), wish.mark()))).toList();
    }

    /// Asks a provider. An answer that does not grant the wish, or is none, counts as much as any.
    ///
    /// @throws AssertionError when the provider did not come to ask for an answer: its refusal says nothing of the wish
    /// @throws InterruptedException when the thread is interrupted while waiting
    public Outcome of(Provider provider) throws InterruptedException {
        boolean ignored = false;
        try (ReplyStream answer = provider.chat(request, TestAttempt.patient())) {
            for (ReplyEvent event = answer.next(); event != null; event = answer.next()) {
                ignored |= event instanceof ReplyEvent.Ignored;
            }
        } catch (ProviderException e) {
            if (e.category() == FailureCategory.UNSUPPORTED) {
                return Outcome.REFUSED;
            }
            if (!ANSWERS.contains(e.category())) {
                throw new AssertionError("'" + name + "' was not asked for: " + e.getMessage(), e);
            }
        }
        return ignored ? Outcome.IGNORED : Outcome.CARRIED;
    }

    /// Looks into what would be sent.
    ///
    /// @throws AssertionError when the wish is dropped in silence, told and yet sent, or fails otherwise than by a refusal
    public Outcome in(Writer writer) {
        try {
            Body body = writer.write(request);
            boolean told = body.told().stream().anyMatch(ReplyEvent.Ignored.class::isInstance);
            if (told == new String(body.bytes(), StandardCharsets.UTF_8).contains(mark)) {
                throw new AssertionError("'" + name + "' is " + (told ? "told and yet sent" : "dropped in silence"));
            }
            return told ? Outcome.IGNORED : Outcome.CARRIED;
        } catch (ProviderException e) {
            if (e.category() != FailureCategory.UNSUPPORTED) {
                throw new AssertionError(e);
            }
            return Outcome.REFUSED;
        }
    }

    /// Makes the wishes.
    private static final class Wishes {
        private final String model;
        private final List<Wish> all = new ArrayList<>();

        Wishes(String model) {
            this.model = model;
        }

        List<Wish> all() {
            sampling();
            options();
            tools();
            forms();
            media();
            history();
            extra();
            return List.copyOf(all);
        }

        private void sampling() {
            add("temperature", "0.5", new Sampling(0.5, null, null, null, null, List.of()));
            add("top_p", "0.5", new Sampling(null, 0.5, null, null, null, List.of()));
            add("limit of the answer", "300", new Sampling(null, null, 300, null, null, List.of()));
            add("seed", ":7", new Sampling(null, null, null, 7L, null, List.of()));
            add("stop", "\"END\"", new Sampling(null, null, null, null, null, List.of("END")));
            add("size of the context", "4096", new Sampling(null, null, null, null, 4096, List.of()));
        }

        private void options() {
            add("top_k", ":40", new Options(40, null, null, null, null, null, null, null, null, Set.of()));
            add("min_p", "0.1", new Options(null, 0.1, null, null, null, null, null, null, null, Set.of()));
            add("frequency_penalty", "0.5", new Options(null, null, 0.5, null, null, null, null, null, null, Set.of()));
            add("presence_penalty", "0.5", new Options(null, null, null, 0.5, null, null, null, null, null, Set.of()));
            add("probabilities", "\"top_logprobs\":3",
                    new Options(null, null, null, null, 3, null, null, null, null, Set.of()));
            add("effort", "high", new Options(null, null, null, null, null, Effort.HIGH, null, null, null, Set.of()));
            // most vendors say so by leaving out what asks for thoughts
            add("no thinking", "\"Hi\"",
                    new Options(null, null, null, null, null, Effort.NONE, null, null, null, Set.of()));
            add("name of the person", "\"ann\"",
                    new Options(null, null, null, null, null, null, null, "ann", null, Set.of()));
            add("time in memory", "600",
                    new Options(null, null, null, null, null, null, null, null, Duration.ofMinutes(10),
                            Set.of()));
        }

        private void tools() {
            tool("tools", "weather", null, false, Options.NONE);
            tool("a tool must be called", "\"tool_choice\":\"required\"", "required", false, Options.NONE);
            tool("one tool must be called", "\"tool_choice\":{", "=weather", false, Options.NONE);
            tool("no tool may be called", "\"tool_choice\":\"none\"", "none", false, Options.NONE);
            tool("one call at a time", "parallel_tool_calls", null, false,
                    new Options(null, null, null, null, null, null, false, null, null, Set.of()));
            tool("strict tools", "\"strict\":true", null, true, Options.NONE);
        }

        private void forms() {
            add("JSON", "response_format", new Format.Json());
            add("JSON to a schema", "city", new Format.Schema("answer", SCHEMA, true));
        }

        private void media() {
            said("picture", "iVBORw0KGgo=", new ChatRequest.Image("image/png", "iVBORw0KGgo=", false));
            said("address of a picture", "a.png", new ChatRequest.Image("", "https://example.org/a.png", true));
            said("sound", "UklGRg==", new ChatRequest.Audio("audio/wav", "UklGRg=="));
            said("file", "JVBERi0=", new ChatRequest.Document("application/pdf", "JVBERi0=", false, null));
        }

        private void history() {
            messages("system message", "Be brief.", Message.text(Role.SYSTEM, "Be brief."),
                    Message.text(Role.USER, "Hi"));
            messages("name of a speaker", "\"ann\"", new Message(Role.USER, List.of(HI), List.of(), null, "ann"));
            messages("earlier thoughts", "\"hm\"", Message.text(Role.USER, "Hi"), new Message(Role.ASSISTANT,
                    List.of(new ChatRequest.Thought("hm", null), new ChatRequest.Text("Yes.")), List.of(), null, null),
                    Message.text(Role.USER, "Hi"));
            messages("earlier calls and results", "sun", Message.text(Role.USER, "Hi"),
                    new Message(Role.ASSISTANT, List.of(), List.of(new ToolCall("call_1", "weather", "{}")), null,
                            null),
                    new Message(Role.TOOL, List.of(new ChatRequest.Text("sun")), List.of(), "call_1", null));
        }

        private void extra() {
            extra("logit_bias", "\"7\":1", "logit_bias", Options.NONE);
            extra("anything else that tunes", "\"7\":1", "x_unknown", Options.NONE);
            extra("anything else that matters", "\"7\":1", "x_unknown",
                    new Options(null, null, null, null, null, null, null, null,
                            null, Set.of("x_unknown")));
        }

        private void add(String name, String mark, Sampling sampling) {
            add(name, mark, user(), List.of(), null, sampling, new Format.Free(), Map.of(), Options.NONE);
        }

        private void add(String name, String mark, Options options) {
            add(name, mark, user(), List.of(), null, Sampling.DEFAULT, new Format.Free(), Map.of(), options);
        }

        private void add(String name, String mark, Format format) {
            add(name, mark, user(), List.of(), null, Sampling.DEFAULT, format, Map.of(), Options.NONE);
        }

        private void tool(String name, String mark, @Nullable String choice, boolean strict, Options options) {
            add(name, mark, user(), List.of(new Tool("weather", "tells the weather", SCHEMA, strict)), choice,
                    Sampling.DEFAULT, new Format.Free(), Map.of(), options);
        }

        private void said(String name, String mark, Part part) {
            messages(name, mark, new Message(Role.USER, List.of(HI, part), List.of(), null, null));
        }

        private void messages(String name, String mark, Message... messages) {
            add(name, mark, List.of(messages), List.of(), null, Sampling.DEFAULT, new Format.Free(), Map.of(),
                    Options.NONE);
        }

        private void extra(String name, String mark, String member, Options options) {
            add(name, mark, user(), List.of(), null, Sampling.DEFAULT, new Format.Free(),
                    Map.of(member, Map.of("7", 1)),
                    options);
        }

        private static List<Message> user() {
            return List.of(Message.text(Role.USER, "Hi"));
        }

        private void add(String name, String mark, List<Message> messages, List<Tool> tools, @Nullable String choice,
                Sampling sampling, Format format, Map<String, @Nullable Object> extra, Options options) {
            all.add(new Wish(name,
                    new ChatRequest(model, messages, tools, choice, sampling, format, false, false, extra,
                            null, options),
                    mark));
        }
    }
}
