package dev.formulary.local;

import static dev.formulary.local.LocalCase.request;

import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyStream;
import dev.formulary.testkit.TestAttempt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/// Measures how long it takes until an answer that nobody wants any more has ended: for its reader, and for the model, which is
/// then free for the next. A program, not a test, since machines differ.
///
/// usage: CancelTimes [CANCELS [MODEL-FILE, or WIDTH LAYERS of one that is made for it]]
final class CancelTimes {
    private static final String WIDTH = "512";
    private static final String LAYERS = "8";

    private final List<Double> reader = new ArrayList<>();
    private final List<Double> model = new ArrayList<>();

    private CancelTimes() {}

    public static void main(String[] args) throws Exception {
        int cancels = args.length > 0 ? Integer.parseInt(args[0]) : 30;
        Path folder = Files.createTempDirectory("cancel");
        try {
            String id = "rich";
            if (args.length == 2) {
                Path file = Path.of(args[1]).toAbsolutePath();
                id = ModelFile.id(file);
                Files.createSymbolicLink(folder.resolve(id + ".gguf"), file);
            } else {
                boolean told = args.length > 2;
                Reciter.write(folder, id, Babbler.model(Integer.parseInt(told ? args[1] : WIDTH),
                        Integer.parseInt(told ? args[2] : LAYERS)));
            }
            try (LocalProvider provider = new LocalCase(folder).provider(4096, 0)) {
                provider.load(id, null, TestAttempt.patient());
                measure("while it writes", provider, id, "hi", cancels, true);
                measure("while it reads a prompt", provider, id, "x".repeat(3_000), cancels, false);
            }
        } finally {
            delete(folder);
        }
    }

    private static void measure(String what, LocalProvider provider, String id, String text, int cancels,
            boolean writing) throws ProviderException, InterruptedException {
        var times = new CancelTimes();
        // an answer may end by itself before it is cancelled; then another is asked for
        for (int seed = 0; times.reader.size() < cancels && seed < 10 * cancels; seed++) {
            times.one(provider, id, text, seed, writing);
        }
        print(what + ", for the reader", times.reader);
        print(what + ", for the model", times.model);
    }

    private void one(LocalProvider provider, String id, String text, int number, boolean writing)
            throws ProviderException, InterruptedException {
        var sampling = new Sampling(1.0, 1.0, null, (long) number, null, List.of());
        var attempt = TestAttempt.patient();
        ReplyStream stream = provider.chat(request(id, text, sampling), attempt);
        if (writing) {
            stream.next();
        }
        // somewhere in the middle of a token, or of the prompt
        LockSupport.parkNanos(1_000_000L * (number % 10));
        long began = System.nanoTime();
        attempt.cancel();
        try {
            while (stream.next() != null) {
                // what was written before
            }
        } catch (ProviderException e) {
            double told = millisSince(began);
            // its turn comes when the model has let go of the answer
            provider.load(id, null, TestAttempt.patient());
            reader.add(told);
            model.add(millisSince(began));
        }
    }

    private static double millisSince(long began) {
        return (System.nanoTime() - began) / 1e6;
    }

    private static void print(String what, List<Double> millis) {
        Collections.sort(millis);
        System.out.printf(Locale.ROOT, "%s: %d cancels, median %.1f ms, most %.1f ms%n", what, millis.size(),
                millis.get(millis.size() / 2), millis.getLast());
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
