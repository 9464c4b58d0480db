package dev.formulary.engine.boot;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;
import org.slf4j.event.KeyValuePair;

/// Writes an event as `time LEVEL logger: message key=value`, and the stack trace below. Whatever looks like a key is
/// starred out: a safety net, for nobody should log one.
final class LogLine extends LayoutBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT)
            .withZone(ZoneId.systemDefault());
    private static final Pattern KEY = Pattern
            .compile("(?i)(bearer\\s+|\\b(?:sk|rk|pk|xai|gsk|hf|AIza)[-_]?(?=[\\w-]*\\d))"
                    + "[\\w.~+/=-]{8,}");

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        TIME.formatTo(Instant.ofEpochMilli(event.getTimeStamp()), line);
        line.append(' ').append(event.getLevel()).append(' ').append(shortName(event.getLoggerName())).append(": ")
                .append(indented(event.getFormattedMessage()));
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                line.append(' ').append(pair.key).append('=').append(pair.value);
            }
        }
        line.append(System.lineSeparator());
        if (event.getThrowableProxy() != null) {
            line.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        return masked(line.toString());
    }

    /// A message of many lines cannot pass for several events.
    private static String indented(String message) {
        return message.indexOf('\n') < 0 ? message : message.replace("\r", "").replace("\n", "\n    ");
    }

    static String masked(String text) {
        return KEY.matcher(text).replaceAll("$1****");
    }

    private static String shortName(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }
}
