package dev.formulary.engine.transport;

import dev.formulary.engine.facts.Answer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Errors that are told before anybody has looked at the content of a call, in the dialect that the path belongs to: an
/// Ollama client reads `{"error":"text"}`, an Anthropic client `{"type":"error",…}`, all others get the shape of OpenAI.
public final class PlainError {
    private static final String HEX = "0123456789abcdef";

    private PlainError() {}

    /// An error as an answer.
    ///
    /// @param path where the call came in; under `/api/` the client speaks Ollama's dialect, under `/v1/messages` Anthropic's
    /// @param status the HTTP status
    /// @param code a stable word for programs
    /// @param message one sentence for people
    public static Answer.Whole answer(String path, int status, String code, String message,
            Map<String, String> headers) {
        boolean ollama = path.startsWith("/api/");
        byte[] body = path.startsWith("/v1/messages")
                ? anthropic(status, code, message)
                : body(ollama, status, code, message);
        return new Answer.Whole(status, "application/json", headers, body);
    }

    /// The body of an error.
    ///
    /// @param ollama whether the client speaks Ollama's dialect
    public static byte[] body(boolean ollama, int status, String code, String message) {
        var json = new StringBuilder(96 + message.length());
        if (ollama) {
            json.append("{\"error\":");
            quote(json, message).append('}');
        } else {
            json.append("{\"error\":{\"message\":");
            quote(json, message).append(",\"type\":\"").append(type(status)).append("\",\"param\":null,\"code\":\"")
                    .append(code).append("\"}}");
        }
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// The body of an error for a client that speaks Anthropic's dialect.
    public static byte[] anthropic(int status, String code, String message) {
        String type = switch (status) {
            case 401 -> "authentication_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 503 -> "overloaded_error";
            case 408, 504 -> "timeout_error";
            default -> status >= 500 ? "api_error" : "invalid_request_error";
        };
        var json = new StringBuilder(96 + message.length());
        json.append("{\"type\":\"error\",\"error\":{\"type\":\"").append(type).append("\",\"message\":");
        quote(json, message).append(",\"code\":\"").append(code).append("\"}}");
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String type(int status) {
        if (status == 429) {
            return "rate_limit_error";
        }
        return status >= 500 ? "server_error" : "invalid_request_error";
    }

    private static StringBuilder quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f) {
                json.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            } else {
                json.append(c);
            }
        }
        return json.append('"');
    }
}
