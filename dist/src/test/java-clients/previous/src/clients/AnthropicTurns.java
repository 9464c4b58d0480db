package clients;

import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.MessageCreateParams;
import java.util.List;

/// How turns of several blocks are written up to the second generation.
final class AnthropicTurns {
    private AnthropicTurns() {}

    static MessageCreateParams.Builder user(MessageCreateParams.Builder to, List<ContentBlockParam> blocks) {
        return to.addUserMessageOfBlockParams(blocks);
    }

    static MessageCreateParams.Builder assistant(MessageCreateParams.Builder to, List<ContentBlockParam> blocks) {
        return to.addAssistantMessageOfBlockParams(blocks);
    }
}
