package clients;

import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.MessageCreateParams;
import java.util.List;

/// How turns of several blocks are written from the third generation on.
final class AnthropicTurns {
    private AnthropicTurns() {}

    static MessageCreateParams.Builder user(MessageCreateParams.Builder to, List<ContentBlockParam> blocks) {
        return to.addUserMessageOfContentBlockParams(blocks);
    }

    static MessageCreateParams.Builder assistant(MessageCreateParams.Builder to, List<ContentBlockParam> blocks) {
        return to.addAssistantMessageOfContentBlockParams(blocks);
    }
}
