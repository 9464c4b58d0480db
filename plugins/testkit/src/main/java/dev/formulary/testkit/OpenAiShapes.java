package dev.formulary.testkit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/// What OpenAI's answers look like.
@NullMarked
final class OpenAiShapes {
    private static final String CHUNK = "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,"
            + "\"model\":\"gpt-test\",";

    private OpenAiShapes() {}

    static String whole(String text) {
        return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"gpt-test\",\"choices\":[{"
                + "\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":" + quote(text)
                + ",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":9,"
                + "\"completion_tokens\":5,\"total_tokens\":14,\"prompt_tokens_details\":{\"cached_tokens\":3},"
                + "\"completion_tokens_details\":{\"reasoning_tokens\":2}},\"system_fingerprint\":null}";
    }

    static String[] stream(List<String> texts) {
        var frames = new ArrayList<String>();
        frames.add(CHUNK + "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
                + "\"finish_reason\":null}],\"usage\":null}");
        for (String text : texts) {
            frames.add(CHUNK + "\"choices\":[{\"index\":0,\"delta\":{\"content\":" + quote(text)
                    + "},\"finish_reason\":null}],\"usage\":null}");
        }
        frames.add(CHUNK + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":null}");
        frames.add(CHUNK + "\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":5,"
                + "\"total_tokens\":14}}");
        frames.add("[DONE]");
        return frames.toArray(String[]::new);
    }

    static String models(List<String> ids) {
        return "{\"object\":\"list\",\"data\":[" + String.join(",", ids.stream().map(id -> "{\"id\":" + quote(id)
                + ",\"object\":\"model\",\"created\":1,\"owned_by\":\"test\"}").toList()) + "]}";
    }

    static String embeddings(String request) {
        var data = new ArrayList<String>();
        for (String text : inputs(request)) {
            data.add("{\"object\":\"embedding\",\"index\":" + data.size() + ",\"embedding\":[" + text.length()
                    + ".0,1.0]}");
        }
        return "{\"object\":\"list\",\"data\":[" + String.join(",", data)
                + "],\"model\":\"text-embed-test\",\"usage\":{\"prompt_tokens\":4,\"total_tokens\":4}}";
    }

    /// The strings of the member `input`; good enough for what tests send.
    static List<String> inputs(String request) {
        int at = request.indexOf("\"input\":") + 8;
        int open = request.indexOf('[', at);
        boolean list = open >= 0 && request.substring(at, open).isBlank();
        var texts = new ArrayList<String>();
        int from = request.indexOf('"', at);
        while (from >= 0) {
            int to = request.indexOf('"', from + 1);
            texts.add(request.substring(from + 1, to));
            boolean more = list && request.startsWith(",", to + 1);
            from = more ? request.indexOf('"', to + 1) : -1;
        }
        return texts;
    }

    static String quote(String text) {
        String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        return "\"" + escaped + "\"";
    }
}
