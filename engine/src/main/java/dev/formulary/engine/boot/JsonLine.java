package dev.formulary.engine.boot;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.formulary.engine.telemetry.LogKeys;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/// Writes an event as one JSON object on one line, always with the same keys, in this order: `time` (RFC 3339, UTC), `level`,
/// `logger`, `thread`, `message`, `decision`, `model`, `trace_id`, `span_id` and `error`, a stack trace. What there is none of is
/// null. Whatever looks like a key of somebody's is starred out.
final class JsonLine extends LayoutBase<ILoggingEvent> {
    /// All keys of a line, in order.
    static final List<String> KEYS = List.of("time", "level", "logger", "thread", "message", LogKeys.DECISION,
            LogKeys.MODEL, LogKeys.TRACE, LogKeys.SPAN, "error");
    private static final List<String> OF_CALLS = KEYS.subList(5, 9);
    private static final DateTimeFormatter TIME = DateTimeFormatter
            .ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final JsonFactory JSON = new JsonFactory();

    @Override
    public String doLayout(ILoggingEvent event) {
        var line = new StringWriter(320);
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField(KEYS.get(0), TIME.format(Instant.ofEpochMilli(event.getTimeStamp())));
            json.writeStringField(KEYS.get(1), event.getLevel().toString());
            json.writeStringField(KEYS.get(2), event.getLoggerName());
            json.writeStringField(KEYS.get(3), event.getThreadName());
            json.writeStringField(KEYS.get(4), LogLine.masked(message(event)));
            Map<String, String> around = event.getMDCPropertyMap();
            for (String key : OF_CALLS) {
                text(json, key, value(event, key, around));
            }
            IThrowableProxy thrown = event.getThrowableProxy();
            text(json, KEYS.get(9), thrown == null ? null : ThrowableProxyUtil.asString(thrown));
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return line.append(System.lineSeparator()).toString();
    }

    /// With the pairs that have no key of their own.
    private static String message(ILoggingEvent event) {
        if (event.getKeyValuePairs() == null) {
            return event.getFormattedMessage();
        }
        var message = new StringBuilder(event.getFormattedMessage());
        for (KeyValuePair pair : event.getKeyValuePairs()) {
            if (!OF_CALLS.contains(pair.key)) {
                message.append(' ').append(pair.key).append('=').append(pair.value);
            }
        }
        return message.toString();
    }

    private static @Nullable String value(ILoggingEvent event, String key, Map<String, String> around) {
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                if (pair.key.equals(key)) {
                    return String.valueOf(pair.value);
                }
            }
        }
        return around.get(key);
    }

    private static void text(JsonGenerator json, String key, @Nullable String value) throws IOException {
        if (value == null) {
            json.writeNullField(key);
        } else {
            json.writeStringField(key, LogLine.masked(value));
        }
    }
}
