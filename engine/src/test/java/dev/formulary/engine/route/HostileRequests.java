package dev.formulary.engine.route;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Makes requests that are malformed or mean harm: bodies by a grammar of all dialects' members with hostile values in their
/// places, the same damaged byte by byte, and headers. The same seed makes the same requests. Each holds the canary.
final class HostileRequests {
    static final String CANARY = "canary7f3a";
    private static final List<String> MEMBERS = List.of("model", "messages", "tools", "tool_choice", "temperature",
            "top_p", "max_tokens", "max_completion_tokens", "max_output_tokens", "seed", "stop", "stop_sequences",
            "response_format", "stream", "stream_options", "metadata", "n", "top_k", "min_p", "frequency_penalty",
            "presence_penalty", "logprobs", "top_logprobs", "reasoning_effort", "reasoning", "parallel_tool_calls",
            "user", "safety_identifier", "format", "options", "keep_alive", "think", "thinking", "truncate", "input",
            "instructions", "previous_response_id", "store", "include", "text", "system", "encoding_format",
            "dimensions", "prompt", "suffix", "raw", "images", "context", "functions", "audio", "logit_bias");
    private static final List<String> ROLES = List.of("user", "system", "assistant", "tool", "developer", "function");
    private static final List<String> HEADERS = List.of("X-Formulary-Context", "X-Formulary-Session", "X-Formulary-Tag",
            "X-Formulary-Priority", "X-Formulary-Deadline-Ms", "X-Formulary-Substitute", "X-Formulary-Waiting",
            "Prefer",
            "traceparent", "Authorization", "Content-Type", "Accept", "Origin", "Expect", "Content-Encoding", "Range",
            "X-Forwarded-For", "anthropic-version");
    private static final List<String> TEXTS = List.of("", " ", "../../../../etc/passwd", "..%2f..%2fetc%2fpasswd",
            "a\\r\\nX-Evil: 1", "${jndi:ldap://127.0.0.1/a}", "{{7*7}}", "' OR '1'='1", "<script>alert(1)</script>",
            "\\u0000", "\\ud800", "\\udc00\\ud800", "\\u202e\\u200b", "\\ufeff", "auto\\u0000", "%s%s%n", "a/b/c/d",
            "/",
            "auto:latest:latest", "=:=", "null", "NaN", "-", "file:///etc/passwd", "http://169.254.169.254/latest");
    private static final List<String> RAW = List.of("null", "true", "false", "0", "-1", "1e400", "-1e400", "1e-400",
            "0.1e1000000000", "1" + "0".repeat(990), "9223372036854775808", "2147483648", "-0.0", "[]", "{}", "[[]]",
            "[null]", "[{}]", "{\"\":\"\"}", "[[[[[[[[[[]]]]]]]]]]", "\"x\"", "[\"x\",1,null]", "{\"type\":null}",
            "{\"type\":\"function\"}", "[{\"role\":\"user\"}]", "[{\"type\":\"image_url\",\"image_url\":{\"url\":7}}]",
            "{\"a\":{\"b\":{\"c\":[1,2,{\"d\":null}]}}}");
    private static final List<byte[]> BYTES = List.of(new byte[]{0}, new byte[]{(byte) 0xff}, new byte[]{(byte) 0xc0,
            (byte) 0x80}, new byte[]{(byte) 0xed, (byte) 0xa0, (byte) 0x80}, new byte[]{'"'}, new byte[]{'\\'},
            new byte[]{'{'}, new byte[]{'}'}, new byte[]{','}, "/*x*/".getBytes(StandardCharsets.UTF_8),
            new byte[]{'\''},
            "NaN".getBytes(StandardCharsets.UTF_8));

    private final Random random;

    HostileRequests(long seed) {
        random = new Random(seed);
    }

    /// What is sent.
    record Request(byte[] body, List<String> headers) {
        byte[] bytes(String path) {
            var all = new ByteArrayOutputStream();
            all.writeBytes(("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                    + body.length + "\r\n" + String.join("", headers) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            all.writeBytes(body);
            return all.toByteArray();
        }
    }

    /// What is certain to be among them, then what chance makes.
    List<Request> some(int count) {
        List<Request> all = new ArrayList<>();
        for (byte[] body : fixed()) {
            all.add(new Request(body, List.of("Content-Type: application/json\r\n")));
        }
        for (String member : MEMBERS) {
            all.add(json(with(member, any(RAW))));
            all.add(json(with(member, "\"" + any(TEXTS) + "\"")));
        }
        while (all.size() < count) {
            all.add(switch (random.nextInt(4)) {
                case 0 -> json(with(any(MEMBERS), value(0)));
                case 1 -> new Request(damaged(utf8(with(any(MEMBERS), value(0)))), List.of());
                case 2 -> new Request(utf8(seed("\"hi " + CANARY + "\"")), List.of(header(), header()));
                default -> json(seed(messages()));
            });
        }
        return all;
    }

    private static List<byte[]> fixed() {
        byte[] usual = utf8(seed("\"hi " + CANARY + "\""));
        return List.of(new byte[0], utf8(" "), utf8("null"), utf8("\"" + CANARY + "\""), utf8("[" + CANARY), utf8("{}"),
                utf8("[".repeat(100_000)), utf8("{\"a\":".repeat(50_000)), utf8("{\"" + CANARY + "\":1"),
                utf8(seed("[".repeat(5_000) + "]".repeat(5_000))), utf8(with("temperature", "1".repeat(5_000))),
                utf8(with("seed", "1".repeat(200_000))),
                joined(new byte[]{(byte) 0xef, (byte) 0xbb, (byte) 0xbf}, usual),
                new String(usual, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16),
                new String(usual, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16LE), joined(usual, usual),
                joined(usual, utf8("]")), utf8("{\"model\":\"auto\",\"model\":\"auto\",\"messages\":[]}"),
                utf8(with("x".repeat(100_000), "1")), utf8(seed("\"" + "A".repeat(900_000) + "\"")),
                utf8(seed(
                        "[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64," + "A".repeat(900_000)
                                + "\"}}]")),
                utf8(seed(
                        "[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\""
                                + "!".repeat(100_000) + "\"}}]")));
    }

    private static String seed(String content) {
        return "{\"model\":\"auto\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":" + content
                + "}],\"input\":" + content + ",\"prompt\":\"hi\"}";
    }

    /// A right body, but for one member.
    private static String with(String member, String value) {
        String body = seed("\"hi " + CANARY + "\"");
        return switch (member) {
            case "model" -> body.replace("\"model\":\"auto\"", "\"model\":" + value);
            case "messages" -> "{\"model\":\"auto\",\"max_tokens\":9,\"messages\":" + value + "}";
            case "input" -> "{\"model\":\"auto\",\"input\":" + value + "}";
            case "prompt" -> "{\"model\":\"auto\",\"prompt\":" + value + "}";
            case "max_tokens" -> body.replace("\"max_tokens\":9", "\"max_tokens\":" + value);
            default -> body.substring(0, body.length() - 1) + ",\"" + member + "\":" + value + "}";
        };
    }

    private String value(int depth) {
        return switch (random.nextInt(depth > 3 ? 2 : 5)) {
            case 0 -> any(RAW);
            case 1 -> "\"" + any(TEXTS) + CANARY + "\"";
            case 2 -> "[" + value(depth + 1) + "," + value(depth + 1) + "]";
            case 3 -> "{\"" + any(MEMBERS) + "\":" + value(depth + 1) + ",\"type\":" + value(depth + 1) + "}";
            default -> "{\"type\":\"function\",\"function\":{\"name\":" + value(depth + 1) + ",\"parameters\":"
                    + value(depth + 1) + "}}";
        };
    }

    private String messages() {
        String role = random.nextInt(3) == 0 ? any(TEXTS) + CANARY : any(ROLES);
        return "[" + value(1) + "],\"role\":\"" + role + "\",\"tool_calls\":" + value(1) + ",\"name\":" + value(2)
                + ",\"tool_call_id\":" + value(2);
    }

    private Request json(String body) {
        return new Request(utf8(body), List.of("Content-Type: application/json\r\n"));
    }

    private byte[] damaged(byte[] body) {
        byte[] out = body;
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(out.length);
            out = switch (random.nextInt(4)) {
                case 0 -> Arrays.copyOf(out, Math.max(1, at));
                case 1 -> joined(Arrays.copyOf(out, at), any(BYTES), Arrays.copyOfRange(out, at, out.length));
                case 2 ->
                    joined(Arrays.copyOf(out, at), Arrays.copyOfRange(out, Math.min(out.length, at + 5), out.length));
                default -> {
                    byte[] other = out.clone();
                    other[at] ^= (byte) (1 << random.nextInt(8));
                    yield other;
                }
            };
            if (out.length == 0) {
                return new byte[]{'{'};
            }
        }
        return out;
    }

    /// Bytes that may stand in a header and those that may not, but no end of a line: that would be another header.
    private String header() {
        String value = switch (random.nextInt(6)) {
            case 0 -> any(TEXTS).replace("\\", "") + CANARY;
            case 1 -> "need=" + CANARY + ", risk=\u00ff\u0080";
            case 2 -> "a=1;b=\"" + CANARY;
            case 3 -> "9".repeat(1 + random.nextInt(400));
            case 4 -> "gzip";
            default -> "\u0001" + CANARY + "\u007f";
        };
        return any(HEADERS) + ": " + value + "\r\n";
    }

    private <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] joined(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
