package dev.formulary.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.WireBody;
import java.util.LinkedHashSet;
import java.util.Set;

/// Writes the body of `POST /v1/messages`.
final class MessagesBody {
    private final AnthropicSettings settings;
    private final ModelList models;
    private final ThoughtMemory memory;

    MessagesBody(AnthropicSettings settings, ModelList models, ThoughtMemory memory) {
        this.settings = settings;
        this.models = models;
        this.memory = memory;
    }

    /// @throws ProviderException when the vendor can't be asked that
    Asked of(ChatRequest request) throws ProviderException {
        WireBody source = request.source();
        Traits traits = models.traits(request.model());
        return source != null && source.format().equals(WireBody.ANTHROPIC_MESSAGES)
                ? new Splice(source, traits).of(request)
                : written(request, traits);
    }

    private Asked written(ChatRequest request, Traits traits) throws ProviderException {
        Set<String> ignored = ignored(request);
        var turns = new Turns(memory, ignored);
        turns.add(request.messages());
        AnswerForm form = AnswerForm.of(request, traits, turns.called(), ignored);
        var possible = form.forced()
                ? Thinking.Possible.NOT
                : turns.goesOnWithoutThoughts() ? Thinking.Possible.WITHOUT_BUDGET : Thinking.Possible.ALL;
        Thinking thinking = Thinking.of(request.options().effort(), request.sampling().maxTokens(),
                settings.maxTokens(), traits, possible, ignored);

        ObjectNode root = Json.object().put("model", request.model()).put("max_tokens", thinking.maxTokens());
        if (!turns.system().isEmpty()) {
            root.put("system", turns.system());
        }
        root.set("messages", turns.messages());
        write(root, form, thinking);
        new Tuning(traits, thinking.on(), ignored).write(root, request);
        if (request.stream()) {
            root.put("stream", true);
        }
        if (settings.cache()) {
            CacheMarks.put(root);
        }
        return new Asked(Json.bytes(root), ignored, form.answerTool(), false);
    }

    private static Set<String> ignored(ChatRequest request) throws ProviderException {
        if (request.options().topLogprobs() != null) {
            throw Blocks.unsupported("the Messages API tells no probabilities, which 'logprobs' asks for");
        }
        Set<String> ignored = new LinkedHashSet<>();
        for (ReplyEvent event : request.ignoring(Set.of())) {
            if (event instanceof ReplyEvent.Ignored(String parameter)) {
                ignored.add(parameter);
            }
        }
        return ignored;
    }

    private static void write(ObjectNode root, AnswerForm form, Thinking thinking) {
        if (!form.tools().isEmpty()) {
            root.set("tools", form.tools());
        }
        if (form.choice() != null) {
            root.set("tool_choice", form.choice());
        }
        if (thinking.member() != null) {
            root.set("thinking", thinking.member());
        }
        ObjectNode output = Json.object();
        if (thinking.effort() != null) {
            output.put("effort", thinking.effort());
        }
        if (form.schema() != null) {
            output.set("format", Json.object("json_schema").set("schema", form.schema()));
        }
        if (!output.isEmpty()) {
            root.set("output_config", output);
        }
    }
}
