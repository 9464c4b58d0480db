package dev.formulary.engine.route;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What MQTT 5 says in properties, in a JSON object around a piece: for those who asked as clients of MQTT 3.1.1 do.
final class MqttEnvelope {
    private MqttEnvelope() {}

    /// @param id of the question, or null
    /// @param data a JSON object, or any text, or nothing
    /// @param headers those of the answer, for the last piece; null for the others
    static byte[] of(@Nullable String id, long seq, byte[] data, @Nullable Map<String, String> headers) {
        var json = new StringBuilder("{");
        if (id != null) {
            json.append("\"id\":").append(quoted(id)).append(',');
        }
        json.append("\"seq\":").append(seq);
        if (headers != null) {
            json.append(",\"last\":true,\"status\":").append(headers.get("status")).append(",\"headers\":{");
            String comma = "";
            for (Map.Entry<String, String> each : headers.entrySet()) {
                if (!each.getKey().equals("status")) {
                    json.append(comma).append(quoted(each.getKey())).append(':').append(quoted(each.getValue()));
                    comma = ",";
                }
            }
            json.append('}');
        }
        if (data.length > 0) {
            String text = new String(data, StandardCharsets.UTF_8);
            json.append(",\"data\":").append(isObject(data) ? text.strip() : quoted(text));
        }
        return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isObject(byte[] data) {
        try {
            JsonMembers.of(data);
            return true;
        } catch (JsonParseException e) {
            return false;
        }
    }

    static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
