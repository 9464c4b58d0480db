package dev.formulary.openai;

import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyStream;
import dev.formulary.testkit.RecordedAnswers;
import dev.formulary.testkit.TornResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Every shape of answer that vendors are known to give, torn at every place and damaged.
class RecordingsTest extends RecordedAnswers {
    static final Path FOLDER = Path.of("src/test/resources/recordings");

    RecordingsTest() throws IOException {
        super(FOLDER, "{}[]\",:\\\n\r\0\uFFFD0123-eE.ntf" + " data:event:");
    }

    static ReplyStream read(boolean stream, byte[]... pieces) throws ProviderException {
        var errors = new ErrorBody(List.of());
        return stream
                ? new ChatFrames(new TornResponse(pieces), new byte[0], List.of(), false, errors)
                : ChatAnswer.of(pieces[0], List.of(), false, errors);
    }

    @Override
    protected ReplyStream open(boolean stream, byte[]... pieces) throws ProviderException {
        return read(stream, pieces);
    }
}
