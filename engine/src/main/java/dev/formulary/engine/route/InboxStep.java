package dev.formulary.engine.route;

import dev.formulary.engine.transport.Threads;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Ordered;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The step `formulary:inbox`: answers the file that a `file:` route has found. Several files are in work at once; the
/// folder is polled on meanwhile.
final class InboxStep extends AsyncProcessorSupport implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(InboxStep.class);
    private static final int FILES_AT_ONCE = 64;

    private final Inbox inbox;
    private final Semaphore files = new Semaphore(FILES_AT_ONCE);
    private final ExecutorService threads = Threads.perTask("inbox-file");

    InboxStep(Inbox inbox) {
        this.inbox = inbox;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        File file = exchange.getMessage().getBody(File.class);
        if (file == null) {
            exchange.setException(new IllegalArgumentException(
                    "'formulary:inbox' answers files: begin its route with 'from: file:FOLDER'"));
            callback.done(true);
            return true;
        }
        try {
            files.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            leaveInPlace(exchange);
            callback.done(true);
            return true;
        }
        threads.execute(() -> {
            try {
                answer(exchange, file.toPath());
            } finally {
                files.release();
                callback.done(false);
            }
        });
        return false;
    }

    private void answer(Exchange exchange, Path input) {
        try {
            if (inbox.answer(input) == Inbox.Done.LATER) {
                leaveInPlace(exchange);
                return;
            }
            exchange.getExchangeExtension().addOnCompletion(new Forget(input));
            LOG.info("file answered file={}", input.getFileName());
        } catch (InterruptedException e) {
            leaveInPlace(exchange);
        } catch (BadInput e) {
            LOG.warn("file refused file={} line={} reason={}", input.getFileName(), e.line(), e.getMessage());
            exchange.setException(e);
        } catch (IOException | RuntimeException e) {
            LOG.error("file not answered file={}", input.getFileName(), e);
            leaveInPlace(exchange);
        }
    }

    /// Takes from the exchange what would move the file at its end.
    private static void leaveInPlace(Exchange exchange) {
        exchange.getExchangeExtension().handoverCompletions(new DefaultExchange(exchange.getContext()));
        if (exchange.getFromEndpoint() instanceof GenericFileEndpoint<?> endpoint
                && exchange.getProperty("CamelFileExchangeFile") instanceof GenericFile<?> file) {
            endpoint.getInProgressRepository().remove(file.getAbsoluteFilePath());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /// Runs after the input was moved: what was kept to recognise it is of no use any more.
    private static final class Forget extends SynchronizationAdapter {
        private final Path input;

        Forget(Path input) {
            this.input = input;
        }

        @Override
        public int getOrder() {
            return Ordered.LOWEST;
        }

        @Override
        public void onDone(Exchange exchange) {
            try {
                if (!Files.exists(input)) {
                    Files.deleteIfExists(BatchOutput.stateFile(input, Inbox.folder(input, "outbox")));
                }
            } catch (IOException e) {
                LOG.debug("state not deleted file={}", input.getFileName(), e);
            }
        }
    }
}
