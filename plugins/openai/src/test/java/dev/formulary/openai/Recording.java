package dev.formulary.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import dev.formulary.testkit.TornResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// An answer in the shape in which some vendor gives it, written for these tests, and what it says: one event a line, or `!`
/// and the category of the failure.
///
/// @param name of the file in `recordings`; `.sse` is a stream
record Recording(String name, byte[] body, List<String> says) {
    private static final Path FOLDER = Path.of("src/test/resources/recordings");

    static List<Recording> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<Recording> all = files.filter(file -> !file.toString().endsWith(".txt")).sorted()
                    .map(Recording::of).toList();
            assertThat(all).hasSizeGreaterThan(25);
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Recording named(String name) {
        return of(FOLDER.resolve(name));
    }

    private static Recording of(Path file) {
        try {
            return new Recording(file.getFileName().toString(), Files.readAllBytes(file),
                    Files.readAllLines(file.resolveSibling(file.getFileName() + ".txt")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isStream() {
        return name.endsWith(".sse");
    }

    /// What was understood of an answer until it ended or broke off.
    record Heard(List<ReplyEvent> events, @Nullable FailureCategory failure) {
        List<String> lines() {
            var lines = new ArrayList<>(events.stream().map(ReplyEvent::toString).toList());
            if (failure != null) {
                lines.add("! " + failure);
            }
            return lines;
        }
    }

    /// What the plug-in understands of these bytes.
    static Heard hear(boolean stream, byte[]... pieces) throws InterruptedException {
        var events = new ArrayList<ReplyEvent>();
        var errors = new ErrorBody(List.of());
        try (ReplyStream reply = stream
                ? new ChatFrames(new TornResponse(pieces), new byte[0], List.of(), false, errors)
                : ChatAnswer.of(pieces[0], List.of(), false, errors)) {
            for (ReplyEvent event = reply.next(); event != null; event = reply.next()) {
                events.add(event);
            }
            assertThat(reply.next()).isNull();
            return new Heard(events, null);
        } catch (ProviderException e) {
            assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
            return new Heard(events, e.category());
        }
    }

    static List<String> read(boolean stream, byte[]... pieces) throws InterruptedException {
        return hear(stream, pieces).lines();
    }

    byte[][] splitAt(int position) {
        return new byte[][]{Arrays.copyOf(body, position), Arrays.copyOfRange(body, position, body.length)};
    }

    byte[][] single() {
        byte[][] bytes = new byte[body.length][];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = new byte[]{body[i]};
        }
        return bytes;
    }

    @Override
    public String toString() {
        return name;
    }
}
