package clients;

import com.openai.models.FunctionDefinition;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessage;
import java.util.List;

/// Tools, and the calls of them.
final class OpenAiTools {
    private OpenAiTools() {}

    record Call(String id, String name, String arguments) {}

    static void add(ChatCompletionCreateParams.Builder params, FunctionDefinition function) {
        params.addFunctionTool(function);
    }

    static List<Call> calls(ChatCompletionMessage message) {
        return message.toolCalls().orElse(List.of()).stream().map(call -> call.asFunction()).map(
                call -> new Call(call.id(), call.function().name(), call.function().arguments())).toList();
    }
}
