package dev.formulary.engine.dialect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.engine.dialect.ResponseItem.Call;
import dev.formulary.engine.dialect.ResponseItem.Message;
import dev.formulary.engine.dialect.ResponseItem.Reasoning;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Finish;
import dev.formulary.spi.Usage;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the events of a stream of `/v1/responses`: the answer begins, each item begins, grows and ends, the answer ends. Items
/// end where the next begins; only calls of functions whose arguments are not complete stay open, for vendors may give those
/// of several in turn.
final class ResponseStream implements StreamWriter {
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

    private final ResponseDocument document;
    private final InstantSource clock;
    private final List<ResponseItem> items = new ArrayList<>();
    private final ResponseEvents events = new ResponseEvents();
    private @Nullable ResponseItem open;
    private Finish.@Nullable Reason finish;
    private LateFacts late = LateFacts.NONE;
    private byte @Nullable [] whole;
    private boolean begun;

    ResponseStream(ReplyHead head, InstantSource clock) {
        this.document = new ResponseDocument(head);
        this.clock = clock;
    }

    @Override
    public byte @Nullable [] frame(ReplyEvent event) {
        take(event);
        return events.taken();
    }

    private void take(ReplyEvent event) {
        switch (event) {
            case ReplyEvent.Text(String words) -> say(words);
            case ReplyEvent.Thinking(String words) -> think(words);
            case ReplyEvent.Refusal(String words) -> refuse(words);
            case ReplyEvent.Signature signature -> sign(signature);
            case ReplyEvent.Logprobs(List<ReplyEvent.Logprobs.Token> tokens) -> weigh(tokens);
            case ReplyEvent.ToolCall piece -> call(piece);
            case Finish(Finish.Reason reason) -> finish = reason;
            case ReplyEvent.Ignored _,ReplyEvent.Accounting _ -> {
                // told elsewhere
            }
            case ReplyEvent.Native(var _, List<ReplyEvent> meaning) -> meaning.forEach(this::take);
        }
    }

    private void begin() {
        if (!begun) {
            begun = true;
            events.add("response.created", event -> event.set("response", document.begun()));
            events.add("response.in_progress", event -> event.set("response", document.begun()));
        }
    }

    private <T extends ResponseItem> T opened(T item) {
        begin();
        endOpen(ResponseItem.COMPLETED);
        items.add(item);
        open = item;
        events.add("response.output_item.added", event -> event.put("output_index", item.index)
                .set("item", item.bare()));
        return item;
    }

    private Message message() {
        return open instanceof Message message ? message : opened(new Message(document.head(), items.size()));
    }

    private void say(String words) {
        if (words.isEmpty()) {
            return;
        }
        Message message = wordsOf(message());
        message.text.append(words);
        events.add("response.output_text.delta", message, event -> {
            event.put("content_index", message.at(true)).put("delta", words);
            event.putArray("logprobs");
        });
    }

    private Message wordsOf(Message message) {
        if (message.has(true)) {
            events.add("response.content_part.added", message, event -> event.put("content_index", message.at(true))
                    .set("part", message.words()));
        }
        return message;
    }

    /// Probabilities of words that have gone out already: a piece without words.
    private void weigh(List<ReplyEvent.Logprobs.Token> tokens) {
        Message message = wordsOf(message());
        message.tokens.addAll(tokens);
        events.add("response.output_text.delta", message, event -> event.put("content_index", message.at(true))
                .put("delta", "").set("logprobs", Message.logprobs(tokens)));
    }

    private void refuse(String words) {
        Message message = message();
        if (message.has(false)) {
            events.add("response.content_part.added", message, event -> event.put("content_index", message.at(false))
                    .set("part", message.refused()));
        }
        message.refusal.append(words);
        events.add("response.refusal.delta", message, event -> event.put("content_index", message.at(false))
                .put("delta", words));
    }

    private Reasoning thoughts() {
        return open instanceof Reasoning thoughts
                ? thoughts
                : opened(new Reasoning(document.head(), items.size(), document.settings().summary()));
    }

    private void think(String words) {
        if (words.isEmpty()) {
            return;
        }
        Reasoning thoughts = thoughts();
        if (thoughts.text.isEmpty()) {
            events.part(thoughts, "added", "");
        }
        thoughts.text.append(words);
        events.thought(thoughts, "delta", words);
    }

    private void sign(ReplyEvent.Signature signature) {
        if (signature.toolCall() == ReplyEvent.Signature.THOUGHTS) {
            thoughts().signature = signature.value();
            endOpen(ResponseItem.COMPLETED);
            return;
        }
        Call call = call(signature.toolCall());
        if (call != null) {
            call.signature = signature.value();
        }
    }

    private @Nullable Call call(int number) {
        for (ResponseItem item : items.reversed()) {
            if (item instanceof Call call && call.number == number) {
                return call;
            }
        }
        return null;
    }

    private void call(ReplyEvent.ToolCall piece) {
        String name = piece.name();
        Call call = name == null
                ? call(piece.index())
                : opened(new Call(document.head(), items.size(), piece.index(), piece.id(), name));
        if (call != null && !call.ended() && !piece.arguments().isEmpty()) {
            call.arguments.append(piece.arguments());
            events.add("response.function_call_arguments.delta", call, event -> event.put("delta", piece.arguments()));
        }
    }

    /// The item that grows ends, unless it is a call of which more may come.
    private void endOpen(String status) {
        ResponseItem item = open;
        open = null;
        if (item != null && !(item instanceof Call call && !call.complete())) {
            end(item, status);
        }
    }

    private void end(ResponseItem item, String status) {
        item.end();
        switch (item) {
            case Message message -> events.ended(message);
            case Reasoning thoughts when !thoughts.text.isEmpty() -> events.ended(thoughts);
            case Reasoning _ -> {
                // has no part
            }
            case Call call -> {
                if (call.arguments.isEmpty() && status.equals(ResponseItem.COMPLETED)) {
                    call.arguments.append("{}");
                    events.add("response.function_call_arguments.delta", call, event -> event.put("delta", "{}"));
                }
                events.add("response.function_call_arguments.done", call,
                        event -> event.put("name", call.name).put("arguments", call.arguments.toString()));
            }
        }
        events.add("response.output_item.done", event -> event.put("output_index", item.index)
                .set("item", item.json(status)));
    }

    @Override
    public void later(LateFacts facts) {
        late = facts;
    }

    @Override
    public byte[] end(Usage usage) {
        begin();
        Finish.Reason reason = finish == null ? Finish.Reason.STOP : finish;
        boolean complete = ResponseDocument.whole(reason);
        if (complete && items.stream().noneMatch(item -> item instanceof Message || item instanceof Call)) {
            // clients look for the first words of the first message
            wordsOf(message());
        }
        String status = complete ? ResponseItem.COMPLETED : ResponseItem.INCOMPLETE;
        endOpen(status);
        items.stream().filter(item -> !item.ended()).forEach(item -> end(item, status));
        if (complete) {
            carrySignatures();
        }
        ObjectNode response = document.ended(output(status), reason, usage, clock.instant(), late);
        whole = Json.bytes(out -> Json.MAPPER.writeTree(out, response));
        events.add(complete ? "response.completed" : "response.incomplete", event -> event.set("response", response));
        events.raw(DONE);
        return events.all();
    }

    private void carrySignatures() {
        Map<String, String> signed = new LinkedHashMap<>();
        for (ResponseItem item : items) {
            if (item instanceof Call call && call.signature != null) {
                signed.put(call.callId, call.signature);
            }
        }
        if (!signed.isEmpty()) {
            Reasoning carrier = opened(new Reasoning(document.head(), items.size(), true));
            carrier.signature = SignedCalls.write(signed);
            endOpen(ResponseItem.COMPLETED);
        }
    }

    /// @param lastStatus of the item that was still growing
    private ArrayNode output(String lastStatus) {
        ArrayNode output = Json.MAPPER.createArrayNode();
        for (int i = 0; i < items.size(); i++) {
            output.add(items.get(i).json(i == items.size() - 1 ? lastStatus : ResponseItem.COMPLETED));
        }
        return output;
    }

    /// What [#end] gave as one object.
    @Override
    public byte @Nullable [] whole() {
        return whole;
    }

    @Override
    public byte[] failure(Refusal refusal) {
        begin();
        events.add("error", event -> OpenAiResponses.writeError(event, refusal));
        ArrayNode output = output(open == null ? ResponseItem.COMPLETED : ResponseItem.INCOMPLETE);
        events.add("response.failed", event -> event.set("response", document.failed(output, refusal)));
        return events.all();
    }
}
