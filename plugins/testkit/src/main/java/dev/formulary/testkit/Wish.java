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
public record Wish(String name, ChatRequest request) {
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

    /// All wishes, in a fixed order.
    ///
    /// @param model who is asked
    public static List<Wish> all(String model) {
        return new Wishes(model).all();
    }

    /// Asks a provider. An answer that does not grant the wish counts as much as any.
    ///
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
        }
        return ignored ? Outcome.IGNORED : Outcome.CARRIED;
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
            add("temperature", new Sampling(0.5, null, null, null, null, List.of()));
            add("top_p", new Sampling(null, 0.5, null, null, null, List.of()));
            add("limit of the answer", new Sampling(null, null, 300, null, null, List.of()));
            add("seed", new Sampling(null, null, null, 7L, null, List.of()));
            add("stop", new Sampling(null, null, null, null, null, List.of("END")));
            add("size of the context", new Sampling(null, null, null, null, 4096, List.of()));
        }

        private void options() {
            add("top_k", new Options(40, null, null, null, null, null, null, null, null, Set.of()));
            add("min_p", new Options(null, 0.1, null, null, null, null, null, null, null, Set.of()));
            add("frequency_penalty", new Options(null, null, 0.5, null, null, null, null, null, null, Set.of()));
            add("presence_penalty", new Options(null, null, null, 0.5, null, null, null, null, null, Set.of()));
            add("probabilities", new Options(null, null, null, null, 3, null, null, null, null, Set.of()));
            add("effort", new Options(null, null, null, null, null, Effort.HIGH, null, null, null, Set.of()));
            add("no thinking", new Options(null, null, null, null, null, Effort.NONE, null, null, null, Set.of()));
            add("name of the person",
                    new Options(null, null, null, null, null, null, null, "ann", null, Set.of()));
            add("time in memory", new Options(null, null, null, null, null, null, null, null, Duration.ofMinutes(10),
                    Set.of()));
        }

        private void tools() {
            tool("tools", null, false, Options.NONE);
            tool("a tool must be called", "required", false, Options.NONE);
            tool("one tool must be called", "=weather", false, Options.NONE);
            tool("no tool may be called", "none", false, Options.NONE);
            tool("one call at a time", null, false,
                    new Options(null, null, null, null, null, null, false, null, null, Set.of()));
            tool("strict tools", null, true, Options.NONE);
        }

        private void forms() {
            add("JSON", new Format.Json());
            add("JSON to a schema", new Format.Schema("answer", SCHEMA, true));
        }

        private void media() {
            said("picture", new ChatRequest.Image("image/png", "iVBORw0KGgo=", false));
            said("address of a picture", new ChatRequest.Image("", "https://example.org/a.png", true));
            said("sound", new ChatRequest.Audio("audio/wav", "UklGRg=="));
            said("file", new ChatRequest.Document("application/pdf", "JVBERi0=", false, null));
        }

        private void history() {
            messages("system message", Message.text(Role.SYSTEM, "Be brief."), Message.text(Role.USER, "Hi"));
            messages("name of a speaker", new Message(Role.USER, List.of(HI), List.of(), null, "ann"));
            messages("earlier thoughts", Message.text(Role.USER, "Hi"), new Message(Role.ASSISTANT,
                    List.of(new ChatRequest.Thought("hm", null), new ChatRequest.Text("Yes.")), List.of(), null, null),
                    Message.text(Role.USER, "Hi"));
            messages("earlier calls and results", Message.text(Role.USER, "Hi"),
                    new Message(Role.ASSISTANT, List.of(), List.of(new ToolCall("call_1", "weather", "{}")), null,
                            null),
                    new Message(Role.TOOL, List.of(new ChatRequest.Text("sun")), List.of(), "call_1", null));
        }

        private void extra() {
            extra("logit_bias", "logit_bias", Options.NONE);
            extra("anything else that tunes", "x_unknown", Options.NONE);
            extra("anything else that matters", "x_unknown", new Options(null, null, null, null, null, null, null, null,
                    null, Set.of("x_unknown")));
        }

        private void add(String name, Sampling sampling) {
            add(name, user(), List.of(), null, sampling, new Format.Free(), Map.of(), Options.NONE);
        }

        private void add(String name, Options options) {
            add(name, user(), List.of(), null, Sampling.DEFAULT, new Format.Free(), Map.of(), options);
        }

        private void add(String name, Format format) {
            add(name, user(), List.of(), null, Sampling.DEFAULT, format, Map.of(), Options.NONE);
        }

        private void tool(String name, @Nullable String choice, boolean strict, Options options) {
            add(name, user(), List.of(new Tool("weather", "tells the weather", SCHEMA, strict)), choice,
                    Sampling.DEFAULT, new Format.Free(), Map.of(), options);
        }

        private void said(String name, Part part) {
            messages(name, new Message(Role.USER, List.of(HI, part), List.of(), null, null));
        }

        private void messages(String name, Message... messages) {
            add(name, List.of(messages), List.of(), null, Sampling.DEFAULT, new Format.Free(), Map.of(), Options.NONE);
        }

        private void extra(String name, String member, Options options) {
            add(name, user(), List.of(), null, Sampling.DEFAULT, new Format.Free(), Map.of(member, Map.of("7", 1)),
                    options);
        }

        private static List<Message> user() {
            return List.of(Message.text(Role.USER, "Hi"));
        }

        private void add(String name, List<Message> messages, List<Tool> tools, @Nullable String choice,
                Sampling sampling, Format format, Map<String, @Nullable Object> extra, Options options) {
            all.add(new Wish(name,
                    new ChatRequest(model, messages, tools, choice, sampling, format, false, false, extra,
                            null, options)));
        }
    }
}
