package dev.formulary.local;

import dev.formulary.local.child.Frames;
import dev.formulary.local.child.Report;
import dev.formulary.local.child.Request;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// A process that runs one model, from its start to its end. Two threads read what it says, and end with it. Thread-safe.
final class ModelProcess {
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final Process process;
    private final Frames.Writer out;
    private final Exchange ready = new Exchange(Report.NO_CALL);
    private final Map<Integer, Exchange> exchanges = new ConcurrentHashMap<>(Map.of(Report.NO_CALL, ready));
    private final AtomicInteger calls = new AtomicInteger();
    private final Complaints complaints;
    private final Consumer<String> unexpectedEnd;
    private final Thread listener;
    private final Thread reader;
    private volatile Report.@Nullable Loaded loaded;
    private volatile boolean closing;
    private volatile @Nullable String ended;

    private ModelProcess(Process process, String name, Consumer<String> log, Consumer<String> unexpectedEnd) {
        this.process = process;
        this.out = new Frames.Writer(process.getOutputStream());
        this.complaints = new Complaints(process.getErrorStream(), log);
        this.unexpectedEnd = unexpectedEnd;
        this.listener = Thread.ofPlatform().daemon().name("local-" + name + "-log").unstarted(complaints);
        this.reader = Thread.ofPlatform().daemon().name("local-" + name + "-reports").unstarted(this::readReports);
    }

    /// @param name what its threads are called by
    /// @param log takes the lines that it writes for people
    /// @param unexpectedEnd hears how it ended when nobody closed it
    /// @throws ProviderException when the system does not start it
    static ModelProcess start(ProcessCommand command, String name, Consumer<String> log,
            Consumer<String> unexpectedEnd) throws ProviderException {
        try {
            var started = new ModelProcess(command.start(), name, log, unexpectedEnd);
            started.listener.start();
            started.reader.start();
            return started;
        } catch (IOException e) {
            throw new ProviderException(FailureCategory.SERVER, "the system does not start a process for the model", 0,
                    null, e);
        }
    }

    private void readReports() {
        var in = new Frames.Reader(new BufferedInputStream(process.getInputStream()));
        try {
            for (Report report = in.report(); report != null; report = in.report()) {
                if (report instanceof Report.Loaded now) {
                    loaded = now;
                } else if (report.call() == Report.NO_CALL && report.last()) {
                    // it says by itself why it ends
                    closing = true;
                }
                Exchange exchange = report.last()
                        ? exchanges.remove(report.call())
                        : exchanges.get(report.call());
                if (exchange != null) {
                    exchange.said(report);
                }
            }
        } catch (IOException e) {
            // what it says can't be understood: it is of no use any more
        }
        end();
    }

    private void end() {
        process.destroyForcibly();
        String how = "its process ended with " + ExitWords.of(awaitExit());
        if (!complaints.last().isEmpty()) {
            how += " after it said: " + complaints.last();
        }
        ended = how;
        if (!closing) {
            unexpectedEnd.accept(how);
        }
        for (Integer call : List.copyOf(exchanges.keySet())) {
            Exchange exchange = exchanges.remove(call);
            if (exchange != null) {
                exchange.gone(how);
            }
        }
    }

    /// This thread has nothing else to do, and a process that is killed ends.
    private int awaitExit() {
        while (true) {
            try {
                int code = process.waitFor();
                // for its last words; another process may have inherited the pipe and keep it open
                listener.join(LAST_WORDS);
                return code;
            } catch (InterruptedException e) {
                // only its end ends this thread
            }
        }
    }

    /// What comes before all else: whether the library is there.
    Exchange ready() {
        return ready;
    }

    /// The model that it has in memory, or null.
    Report.@Nullable Loaded loaded() {
        return loaded;
    }

    boolean alive() {
        return ended == null && !closing;
    }

    long pid() {
        return process.pid();
    }

    /// Asks it something.
    ///
    /// @param request makes the request with its number
    /// @throws ProviderException when the request is larger than anything that a context holds
    Exchange ask(IntFunction<Request> request) throws ProviderException {
        var exchange = new Exchange(calls.incrementAndGet());
        exchanges.put(exchange.call(), exchange);
        try {
            out.write(request.apply(exchange.call()));
        } catch (Frames.FrameTooLong e) {
            exchanges.remove(exchange.call());
            throw new ProviderException(FailureCategory.CONTEXT_OVERFLOW,
                    "the texts are longer than " + Frames.LONGEST + " bytes");
        } catch (IOException e) {
            // it has ended, or is about to: the reader of reports says how
        }
        String how = ended;
        if (how != null && exchanges.remove(exchange.call()) != null) {
            exchange.gone(how);
        }
        return exchange;
    }

    /// Stops a call; when it does not stop soon, the process is killed. Does not wait.
    void cancel(Exchange exchange) {
        Thread.ofVirtual().name("local-cancel").start(() -> {
            try {
                out.write(new Request.Cancel(exchange.call()));
            } catch (IOException e) {
                // it has ended
            }
            killUnlessOver(exchange, GRACE);
        });
    }

    /// Kills the process when the call takes longer than that. Does not wait.
    void limit(Exchange exchange, Duration most) {
        Thread.ofVirtual().name("local-limit").start(() -> killUnlessOver(exchange, most));
    }

    private void killUnlessOver(Exchange exchange, Duration most) {
        try {
            if (!exchange.awaitOver(most)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
    }

    /// Asks the process to end. Does not wait.
    void beginClose() {
        closing = true;
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // it has ended
        }
    }

    /// Ends the process, by force if it does not end by itself, and waits for that. Idempotent.
    void close() {
        beginClose();
        boolean interrupted = false;
        try {
            if (!process.waitFor(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
            reader.join(LAST_WORDS.plus(LAST_WORDS));
        } catch (InterruptedException e) {
            process.destroyForcibly();
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
