package dev.formulary.testkit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/// What Ollama's answers look like.
@NullMarked
final class OllamaShapes {
    private static final String LINE = "{\"model\":\"llama-test:latest\",\"created_at\":\"2026-01-01T00:00:00.000000001Z\",";
    private static final String END = "\"done\":true,\"done_reason\":\"stop\",\"total_duration\":5000000,"
            + "\"load_duration\":1000000,\"prompt_eval_count\":9,\"prompt_eval_duration\":1000000,\"eval_count\":5,"
            + "\"eval_duration\":3000000}";

    private OllamaShapes() {}

    static String whole(String text) {
        return LINE + "\"message\":{\"role\":\"assistant\",\"content\":" + OpenAiShapes.quote(text) + "}," + END;
    }

    static String[] stream(List<String> texts) {
        var lines = new ArrayList<String>();
        for (String text : texts) {
            lines.add(LINE + "\"message\":{\"role\":\"assistant\",\"content\":" + OpenAiShapes.quote(text)
                    + "},\"done\":false}");
        }
        lines.add(whole(""));
        return lines.toArray(String[]::new);
    }

    static String tags(List<String> names) {
        return "{\"models\":[" + String.join(",", names.stream().map(name -> {
            String quoted = OpenAiShapes.quote(name);
            return "{\"name\":" + quoted + ",\"model\":" + quoted + ",\"modified_at\":\"2026-01-01T00:00:00Z\","
                    + "\"size\":1000,\"digest\":\"" + Integer.toHexString(name.hashCode()) + "\",\"details\":{"
                    + "\"format\":\"gguf\",\"family\":\"llama\",\"parameter_size\":\"8B\","
                    + "\"quantization_level\":\"Q4_K_M\"}}";
        }).toList()) + "]}";
    }

    static String show(int contextTokens, List<String> capabilities) {
        return "{\"details\":{\"family\":\"llama\"},\"model_info\":{\"general.architecture\":\"llama\","
                + "\"llama.context_length\":" + contextTokens + "},\"capabilities\":["
                + String.join(",", capabilities.stream().map(OpenAiShapes::quote).toList()) + "]}";
    }

    static String embeddings(String request) {
        return "{\"model\":\"llama-test:latest\",\"embeddings\":["
                + String.join(",",
                        OpenAiShapes.inputs(request).stream().map(text -> "[" + text.length() + ",1]").toList())
                + "],\"total_duration\":1,\"load_duration\":1,\"prompt_eval_count\":4}";
    }
}
