package dev.formulary.gemini;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Text;
import dev.formulary.spi.ChatRequest.ToolCall;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.util.ArrayList;
import java.util.List;

/// The results of one step's tool calls, in the order of the calls, each under the name of its tool. Not thread-safe.
final class ToolResults {
    private final List<ToolCall> calls;
    /// Which call each result answers, in the order in which they are written.
    private final List<Integer> answered = new ArrayList<>();

    /// @param calls of the step
    ToolResults(List<ToolCall> calls) {
        this.calls = List.copyOf(calls);
    }

    List<ToolCall> calls() {
        return calls;
    }

    /// @param into the parts of the turn
    /// @param within whether pictures can stand within a result; else they stand behind the results
    /// @throws ProviderException when it answers no call, or holds what can't be put into the vendor's form
    void add(ArrayNode into, Message message, Parts parts, boolean within)
            throws ProviderException, InterruptedException {
        int call = callOf(message);
        int at = (int) answered.stream().filter(other -> other < call).count();
        answered.add(at, call);
        ObjectNode part = Json.object();
        ObjectNode response = part.putObject("functionResponse");
        String id = calls.get(call).id();
        if (!id.isEmpty()) {
            response.put("id", id);
        }
        response.put("name", calls.get(call).name());
        response.putObject("response").put("result", message.plainText());
        into.insert(at, part);
        List<Part> others = message.parts().stream().filter(each -> !(each instanceof Text)).toList();
        if (!others.isEmpty() && within) {
            response.putArray("parts").addAll(parts.all(others));
        } else {
            into.addAll(parts.all(others));
        }
    }

    /// By the call's id; where the format has none, the next call of that name, or the next call.
    private int callOf(Message message) throws ProviderException {
        String id = message.toolCallId();
        boolean byName = id == null || id.isEmpty();
        String name = message.name();
        boolean anyName = name == null || name.isEmpty();
        for (int i = 0; i < calls.size(); i++) {
            ToolCall call = calls.get(i);
            boolean open = !answered.contains(i);
            boolean meant = byName ? anyName || call.name().equals(name) : call.id().equals(id);
            if (open && meant) {
                return i;
            }
        }
        throw new ProviderException(FailureCategory.INVALID_REQUEST,
                "a message of a tool must answer a call that the assistant made just before it, each call once");
    }
}
