package dev.formulary.engine.boot;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.FileSize;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.LogSettings;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.slf4j.LoggerFactory;

/// Sets logging up without a file of settings, which would cost a fifth of a second at start. What libraries say is
/// logged from WARN on, what the gateway says from INFO on: to standard error, and to `logs/formulary.log`.
public final class Logs extends ContextAwareBase implements Configurator {
    private static final Map<String, Level> LEVELS = Map.of(
            Logger.ROOT_LOGGER_NAME, Level.WARN,
            "dev.formulary", Level.INFO,
            // A broken rule is reported by the rule compiler's caller, with the place; Drools would dump the source.
            // all repeat what the rooms say, with stack traces and with what is in the message
            "org.drools.compiler.kie.builder.impl", Level.OFF,
            "org.infinispan.interceptors.impl.InvocationContextInterceptor", Level.OFF,
            // whom the broker refuses the gateway says itself, and a client must not fill the log
            "org.apache.activemq.artemis.core.server", Level.ERROR,
            "org.apache.activemq.artemis.core.protocol.mqtt", Level.OFF,
            "org.apache.camel.processor.errorhandler.DefaultErrorHandler", Level.OFF,
            // tells of schemas of callers, who are told themselves
            "com.networknt.schema", Level.OFF);
    private static final String FILE = "file";
    private static final int KEPT_FILES = 5;
    private static final long MOST_BYTES = 10L << 20;

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        LEVELS.forEach((name, level) -> context.getLogger(name).setLevel(level));
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setTarget("System.err");
        start(context, console, "console");
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /// From now on logs to the home folder's file as well.
    static void toFile(Home home) {
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return;
        }
        RollingFileAppender<ILoggingEvent> file = new RollingFileAppender<>();
        file.setContext(context);
        file.setFile(home.logs().resolve("formulary.log").toString());
        FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
        rolling.setContext(context);
        rolling.setParent(file);
        rolling.setFileNamePattern(home.logs().resolve("formulary.%i.log.gz").toString());
        rolling.setMaxIndex(KEPT_FILES);
        rolling.start();
        SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
        size.setContext(context);
        size.setMaxFileSize(new FileSize(MOST_BYTES));
        size.start();
        file.setRollingPolicy(rolling);
        file.setTriggeringPolicy(size);
        start(context, file, FILE);
    }

    /// Writes out what is held back for the file, and closes it.
    static void closeFile() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
            Appender<ILoggingEvent> file = root.getAppender(FILE);
            if (file != null) {
                root.detachAppender(file);
                file.stop();
            }
        }
    }

    /// From now on writes lines of that form.
    static void format(LogSettings.Format format) {
        boolean json = format == LogSettings.Format.JSON;
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders().forEachRemaining(each -> {
                if (each instanceof OutputStreamAppender<ILoggingEvent> appender) {
                    appender.setEncoder(encoder(context, json ? new JsonLine() : new LogLine()));
                }
            });
        }
    }

    private static LayoutWrappingEncoder<ILoggingEvent> encoder(LoggerContext context,
            LayoutBase<ILoggingEvent> layout) {
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setLayout(layout);
        encoder.start();
        return encoder;
    }

    private static void start(LoggerContext context, OutputStreamAppender<ILoggingEvent> appender, String name) {
        appender.setContext(context);
        appender.setName(name);
        appender.setEncoder(encoder(context, new LogLine()));
        appender.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    }
}
