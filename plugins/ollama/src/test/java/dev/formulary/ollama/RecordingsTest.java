package dev.formulary.ollama;

import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyStream;
import dev.formulary.testkit.RecordedAnswers;
import dev.formulary.testkit.TornResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Every shape of answer that servers are known to give, torn at every place and damaged.
class RecordingsTest extends RecordedAnswers {
    static final Path FOLDER = Path.of("src/test/resources/recordings");

    RecordingsTest() throws IOException {
        super(FOLDER, "{}[]\",:\\\n\r\0\uFFFD0123-eE.ntf" + " done");
    }

    static ReplyStream read(boolean stream, byte[]... pieces) throws ProviderException {
        var errors = new ErrorLine(null);
        return stream
                ? ChatLines.stream(new TornResponse(pieces), List.of(), "", errors)
                : ChatLines.whole(pieces[0], List.of(), "", errors);
    }

    @Override
    protected ReplyStream open(boolean stream, byte[]... pieces) throws ProviderException {
        return read(stream, pieces);
    }
}
