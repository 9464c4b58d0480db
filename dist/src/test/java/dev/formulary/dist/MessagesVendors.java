package dev.formulary.dist;

import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;

/// Two vendors for the client of the Messages API: one of another format, which calls two tools at once, and one of its own.
final class MessagesVendors {
    private MessagesVendors() {}

    /// A vendor of chats that calls two tools whenever it has any.
    static VendorServer calling() {
        VendorReply calling = either(VendorReply.json(200, calls()),
                VendorReply.pieces("text/event-stream", pieces(), 30, 0));
        return VendorServer.openai().always("/v1/chat/completions", withTools(calling));
    }

    private static VendorReply either(VendorReply whole, VendorReply stream) {
        return (request, wire) -> (request.text().replace(" ", "").contains("\"stream\":true") ? stream : whole)
                .write(request, wire);
    }

    private static VendorReply withTools(VendorReply calling) {
        VendorReply speaking = VendorReply.openai("Hello", ".");
        return (request, wire) -> (request.text().contains("\"tools\"") ? calling : speaking).write(request, wire);
    }

    private static String calls() {
        return "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"gpt-test\",\"choices\":[{\"index\":0,"
                + "\"message\":{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_1\",\"type\":"
                + "\"function\",\"function\":{\"name\":\"weather\",\"arguments\":\"{\\\"city\\\":\\\"Bern\\\"}\"}},"
                + "{\"id\":\"call_2\",\"type\":\"function\",\"function\":{\"name\":\"now\",\"arguments\":\"{}\"}}]},"
                + "\"finish_reason\":\"tool_calls\"}],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":5,"
                + "\"total_tokens\":14}}";
    }

    /// The second call begins before the first is complete.
    private static String pieces() {
        return chunk("{\"role\":\"assistant\",\"content\":null}") + call(0, "\"id\":\"call_1\",\"type\":\"function\",",
                "\"name\":\"weather\",\"arguments\":\"\"") + call(0, "", "\"arguments\":\"{\\\"city\\\":\"")
                + call(1, "\"id\":\"call_2\",\"type\":\"function\",", "\"name\":\"now\",\"arguments\":\"\"")
                + call(0, "", "\"arguments\":\"\\\"Bern\\\"}\"") + call(1, "", "\"arguments\":\"{}\"")
                + "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n"
                + "data: [DONE]\n\n";
    }

    private static String call(int index, String head, String function) {
        return chunk("{\"tool_calls\":[{\"index\":" + index + "," + head + "\"function\":{" + function + "}}]}");
    }

    private static String chunk(String delta) {
        return "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":null}]}\n\n";
    }

    /// A vendor of the same format, which ends at a stop sequence.
    static VendorServer letters() {
        String list = "{\"data\":[{\"type\":\"model\",\"id\":\"claude-sonnet-4-5\",\"display_name\":\"Sonnet\","
                + "\"created_at\":\"2025-09-29T00:00:00Z\"}],\"has_more\":false}";
        String usage = "{\"input_tokens\":9,\"output_tokens\":5}";
        String stop = "\"stop_reason\":\"stop_sequence\",\"stop_sequence\":\"END\"";
        String head = "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-sonnet-4-5\",";
        String stream = event("message_start", "\"message\":" + head + "\"content\":[],\"stop_reason\":null,"
                + "\"stop_sequence\":null,\"usage\":" + usage + "}")
                + event("content_block_start", "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}")
                + "event: ping\ndata: {\"type\": \"ping\"}\n\n"
                + event("content_block_delta", "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello.\"}")
                + event("content_block_stop", "\"index\":0")
                + event("message_delta", "\"delta\":{" + stop + "},\"usage\":" + usage)
                + event("message_stop", "\"x\":0");
        String whole = head + "\"content\":[{\"type\":\"text\",\"text\":\"Hello.\"}]," + stop + ",\"usage\":" + usage
                + "}";
        return VendorServer.bare().always("/v1/models?limit=1000", VendorReply.json(200, list)).always("/v1/messages",
                either(VendorReply.json(200, whole), VendorReply.pieces("text/event-stream", stream, 50, 0)));
    }

    private static String event(String type, String members) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + members + "}\n\n";
    }
}
