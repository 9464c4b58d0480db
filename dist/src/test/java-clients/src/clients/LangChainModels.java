package clients;

import dev.langchain4j.model.anthropic.AnthropicChatModel;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.ollama.OllamaChatModel;
import dev.langchain4j.model.ollama.OllamaEmbeddingModel;
import dev.langchain4j.model.ollama.OllamaStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.util.Map;

/// The formats in which `dev.langchain4j` asks.
enum LangChainModels {
    OPENAI {
        @Override
        ChatModel chat(String base, String key, String model, int retries) {
            return OpenAiChatModel.builder().baseUrl(base + "/v1").apiKey(key).modelName(model).maxRetries(retries)
                    .supportedCapabilities(Capability.RESPONSE_FORMAT_JSON_SCHEMA).strictJsonSchema(true).build();
        }

        @Override
        StreamingChatModel stream(String base, String key, String model) {
            return OpenAiStreamingChatModel.builder().baseUrl(base + "/v1").apiKey(key).modelName(model).build();
        }

        @Override
        EmbeddingModel embeddings(String base, String key, String model) {
            return OpenAiEmbeddingModel.builder().baseUrl(base + "/v1").apiKey(key).modelName(model).maxRetries(0)
                    .build();
        }
    },
    OLLAMA {
        @Override
        ChatModel chat(String base, String key, String model, int retries) {
            return OllamaChatModel.builder().baseUrl(base).customHeaders(bearer(key)).modelName(model)
                    .maxRetries(retries).supportedCapabilities(Capability.RESPONSE_FORMAT_JSON_SCHEMA).build();
        }

        @Override
        StreamingChatModel stream(String base, String key, String model) {
            return OllamaStreamingChatModel.builder().baseUrl(base).customHeaders(bearer(key)).modelName(model).build();
        }

        @Override
        EmbeddingModel embeddings(String base, String key, String model) {
            return OllamaEmbeddingModel.builder().baseUrl(base).customHeaders(bearer(key)).modelName(model)
                    .maxRetries(0).build();
        }

        private Map<String, String> bearer(String key) {
            return Map.of("Authorization", "Bearer " + key);
        }
    },
    ANTHROPIC {
        @Override
        ChatModel chat(String base, String key, String model, int retries) {
            return AnthropicChatModel.builder().baseUrl(base + "/v1/").apiKey(key).modelName(model).maxTokens(200)
                    .maxRetries(retries).supportedCapabilities(java.util.Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA))
                    .build();
        }

        @Override
        StreamingChatModel stream(String base, String key, String model) {
            return AnthropicStreamingChatModel.builder().baseUrl(base + "/v1/").apiKey(key).modelName(model)
                    .maxTokens(200).build();
        }

        @Override
        EmbeddingModel embeddings(String base, String key, String model) {
            throw new UnsupportedOperationException("the format has none");
        }
    };

    abstract ChatModel chat(String base, String key, String model, int retries);

    abstract StreamingChatModel stream(String base, String key, String model);

    abstract EmbeddingModel embeddings(String base, String key, String model);
}
