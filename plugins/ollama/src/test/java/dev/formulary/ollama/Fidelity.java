package dev.formulary.ollama;

import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Audio;
import dev.formulary.spi.ChatRequest.Document;
import dev.formulary.spi.ChatRequest.Effort;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Image;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Options;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.Text;
import dev.formulary.spi.ChatRequest.Thought;
import dev.formulary.spi.ChatRequest.Tool;
import dev.formulary.spi.ChatRequest.ToolCall;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What becomes of everything that a caller can ask for, found by asking for it.
final class Fidelity {
    /// What becomes of a wish.
    enum Behaviour {
        /// It reaches the vendor.
        CARRIED,
        /// It is left out, and the caller is told.
        IGNORED,
        /// The request is not sent.
        REFUSED
    }

    /// One wish and what becomes of it.
    record Row(String feature, Behaviour behaviour) {}

    /// @param mark what stands in the vendor's body when the wish is carried
    private record Wish(String feature, ChatRequest request, String mark) {}

    private static final Text HI = new Text("Hi");
    private static final int CONTEXT = 371;

    private Fidelity() {}

    /// The behaviour of the plug-in.
    ///
    /// @param thinks whether the model does
    static List<Row> of(boolean thinks) {
        return wishes().stream().map(wish -> new Row(wish.feature(), behaviour(wish, thinks))).toList();
    }

    private static Behaviour behaviour(Wish wish, boolean thinks) {
        try {
            ChatBody.Written written = new ChatBody(null).of(wish.request(), CONTEXT, thinks);
            boolean told = written.ignored().stream().anyMatch(ReplyEvent.Ignored.class::isInstance);
            boolean sent = new String(written.bytes(), StandardCharsets.UTF_8).contains(wish.mark());
            if (told == sent) {
                throw new AssertionError(wish.feature() + " is dropped in silence, or told and yet sent");
            }
            return told ? Behaviour.IGNORED : Behaviour.CARRIED;
        } catch (ProviderException e) {
            if (e.category() != FailureCategory.UNSUPPORTED) {
                throw new AssertionError(e);
            }
            return Behaviour.REFUSED;
        }
    }

    private static List<Wish> wishes() {
        var all = new ArrayList<Wish>();
        sampling(all, "temperature", new Sampling(0.37, null, null, null, null, List.of()), "0.37");
        sampling(all, "top_p", new Sampling(null, 0.37, null, null, null, List.of()), "0.37");
        sampling(all, "limit of the answer", new Sampling(null, null, 371, null, null, List.of()), "371");
        sampling(all, "seed", new Sampling(null, null, null, 371L, null, List.of()), "371");
        sampling(all, "stop", new Sampling(null, null, null, null, null, List.of("END")), "[\"END\"]");
        sampling(all, "size of the context", new Sampling(null, null, null, null, 371, List.of()), "371");
        option(all, "top_k", new Options(37, null, null, null, null, null, null, null, null, Set.of()), ":37");
        option(all, "min_p", new Options(null, 0.37, null, null, null, null, null, null, null, Set.of()), "0.37");
        option(all, "frequency_penalty",
                new Options(null, null, 0.37, null, null, null, null, null, null, Set.of()), "0.37");
        option(all, "presence_penalty",
                new Options(null, null, null, 0.37, null, null, null, null, null, Set.of()), "0.37");
        option(all, "probabilities", new Options(null, null, null, null, 3, null, null, null, null, Set.of()),
                "\"top_logprobs\":3");
        option(all, "effort", new Options(null, null, null, null, null, Effort.HIGH, null, null, null, Set.of()),
                "high");
        option(all, "no thinking", new Options(null, null, null, null, null, Effort.NONE, null, null, null, Set.of()),
                "\"role\":\"user\"");
        option(all, "name of the person",
                new Options(null, null, null, null, null, null, null, "ann-37", null, Set.of()), "ann-37");
        option(all, "time in memory",
                new Options(null, null, null, null, null, null, null, null, Duration.ofSeconds(371), Set.of()), "371");
        tools(all);
        format(all, "json", new Format.Json(), "\"format\":\"json\"");
        format(all, "json to a schema", new Format.Schema("n", Map.of("title", "n37"), true), "n37");
        part(all, "picture", new Image("image/png", "QUJD", false), "QUJD");
        part(all, "address of a picture", new Image("", "https://example.org/37.png", true), "37.png");
        part(all, "sound", new Audio("audio/wav", "QUJD"), "QUJD");
        part(all, "file", new Document("application/pdf", "QUJD", false, "a.pdf"), "QUJD");
        part(all, "address of a file", new Document("", "https://example.org/37.pdf", true, null), "37.pdf");
        history(all);
        extra(all, "options that only this server has", "options.mirostat", Options.NONE);
        extra(all, "logit_bias", "logit_bias", Options.NONE);
        extra(all, "anything else that tunes", "x_unknown", Options.NONE);
        extra(all, "anything else that matters", "x_unknown",
                new Options(null, null, null, null, null, null, null, null, null, Set.of("x_unknown")));
        return all;
    }

    private static ChatRequest request(List<Message> messages, List<Tool> tools, @Nullable String choice,
            Sampling sampling, Format format, Map<String, @Nullable Object> extra, Options options) {
        return new ChatRequest("m", messages, tools, choice, sampling, format, false, false, extra, null, options);
    }

    private static Message user(Part... parts) {
        return new Message(Role.USER, List.of(parts), List.of(), null, null);
    }

    private static void sampling(List<Wish> all, String feature, Sampling sampling, String mark) {
        all.add(new Wish(feature, request(List.of(user(HI)), List.of(), null, sampling, new Format.Free(), Map.of(),
                Options.NONE), mark));
    }

    private static void option(List<Wish> all, String feature, Options options, String mark) {
        all.add(new Wish(feature, request(List.of(user(HI)), List.of(), null, Sampling.DEFAULT, new Format.Free(),
                Map.of(), options), mark));
    }

    private static void format(List<Wish> all, String feature, Format format, String mark) {
        all.add(new Wish(feature, request(List.of(user(HI)), List.of(), null, Sampling.DEFAULT, format, Map.of(),
                Options.NONE), mark));
    }

    private static void part(List<Wish> all, String feature, Part part, String mark) {
        messages(all, feature, mark, user(HI, part));
    }

    private static void messages(List<Wish> all, String feature, String mark, Message... messages) {
        all.add(new Wish(feature, request(List.of(messages), List.of(), null, Sampling.DEFAULT, new Format.Free(),
                Map.of(), Options.NONE), mark));
    }

    private static void tools(List<Wish> all) {
        tools(all, "tools", null, false, Options.NONE, "t37");
        tools(all, "a tool must be called", "required", false, Options.NONE, "\"tool_choice\":\"required\"");
        tools(all, "one tool must be called", "=t37", false, Options.NONE, "\"tool_choice\":{");
        tools(all, "no tool may be called", "none", false, Options.NONE, "\"content\":\"Hi\"}],\"options\"");
        tools(all, "one call at a time", null, false,
                new Options(null, null, null, null, null, null, false, null, null, Set.of()), "parallel_tool_calls");
        tools(all, "strict tools", null, true, Options.NONE, "\"strict\":true");
    }

    private static void tools(List<Wish> all, String feature, @Nullable String choice, boolean strict, Options options,
            String mark) {
        all.add(new Wish(feature, request(List.of(user(HI)), List.of(new Tool("t37", null, Map.of(), strict)), choice,
                Sampling.DEFAULT, new Format.Free(), Map.of(), options), mark));
    }

    private static void history(List<Wish> all) {
        messages(all, "name of a speaker", "ann-37",
                new Message(Role.USER, List.of(HI), List.of(), null, "ann-37"));
        messages(all, "earlier thoughts", "hm-37", new Message(Role.ASSISTANT,
                List.of(new Thought("hm-37", null), new Text("Yes.")), List.of(), null, null), user(HI));
        messages(all, "earlier calls and results", "r-37", new Message(Role.ASSISTANT, List.of(),
                List.of(new ToolCall("c1", "t", "{}")), null, null),
                new Message(Role.TOOL, List.of(new Text("r-37")), List.of(), "c1", "t"));
    }

    private static void extra(List<Wish> all, String feature, String name, Options options) {
        all.add(new Wish(feature, request(List.of(user(HI)), List.of(), null, Sampling.DEFAULT, new Format.Free(),
                Map.of(name, Map.of("x37", 1)), options), "x37"));
    }
}
