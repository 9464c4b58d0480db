package dev.formulary.testkit;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import dev.formulary.spi.Usage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// An answer in lines: `say` and words, `count`, `end`.
final class LineReply implements ReplyStream {
    private final Response response;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private byte[] piece = {};
    private int at;
    private boolean ended;

    LineReply(Response response) {
        this.response = response;
    }

    @Override
    public @Nullable ReplyEvent next() throws ProviderException, InterruptedException {
        String said = line();
        if (said == null) {
            if (ended) {
                return null;
            }
            ended = true;
            throw new ProviderException(FailureCategory.CUT, "the answer broke off");
        }
        if (ended && !said.equals("count")) {
            throw new ProviderException(FailureCategory.MALFORMED, "words after the end");
        }
        if (said.equals("end")) {
            ended = true;
            return new ReplyEvent.Finish(ReplyEvent.Finish.Reason.STOP);
        }
        if (said.equals("count")) {
            return new ReplyEvent.Accounting(Usage.of(2, 1));
        }
        if (!said.startsWith("say ")) {
            throw new ProviderException(FailureCategory.MALFORMED, "the vendor speaks another language");
        }
        return new ReplyEvent.Text(said.substring("say ".length()));
    }

    private @Nullable String line() throws ProviderException, InterruptedException {
        while (true) {
            while (at < piece.length) {
                byte each = piece[at++];
                if (each == '\n') {
                    String all = line.toString(StandardCharsets.UTF_8);
                    line.reset();
                    return all;
                }
                line.write(each);
            }
            byte[] more = response.read();
            if (more == null) {
                return null;
            }
            piece = more;
            at = 0;
        }
    }

    @Override
    public void close() {
        response.close();
    }
}
