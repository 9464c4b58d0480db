package dev.formulary.local;

import dev.formulary.local.child.Report;
import dev.formulary.local.child.Request;
import dev.formulary.spi.Attempt;
import dev.formulary.spi.Embeddings;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Has texts turned into vectors, some at a time. For one thread.
final class VectorCall {
    private static final int MOST_CHARACTERS = 1 << 18;

    private final String model;
    private final ModelProcess process;
    private final Attempt attempt;
    private final List<float[]> vectors = new ArrayList<>();
    private int tokens;

    VectorCall(String model, ModelProcess process, Attempt attempt) {
        this.model = model;
        this.process = process;
        this.attempt = attempt;
    }

    /// The texts in parts that are not too much for one request; a text that is too long by itself is a part of its own.
    static List<List<String>> parts(List<String> texts) {
        List<List<String>> parts = new ArrayList<>();
        int begin = 0;
        long characters = 0;
        for (int i = 0; i < texts.size(); i++) {
            characters += texts.get(i).length();
            if (characters > MOST_CHARACTERS && i > begin) {
                parts.add(texts.subList(begin, i));
                begin = i;
                characters = texts.get(i).length();
            }
        }
        if (begin < texts.size()) {
            parts.add(texts.subList(begin, texts.size()));
        }
        return parts;
    }

    Exchange ask(List<String> part) throws ProviderException {
        Exchange exchange = process.ask(call -> new Request.Embed(call, part));
        attempt.onCancel(() -> {
            exchange.letGo();
            process.cancel(exchange);
        });
        return exchange;
    }

    /// Waits for the vectors of a part.
    void collect(Exchange exchange) throws ProviderException, InterruptedException {
        Report report = exchange.first(model, attempt);
        while (report instanceof Report.Vector(int _, int read, float[] values)) {
            vectors.add(values);
            tokens += read;
            report = exchange.next(model, attempt.remaining(), false);
        }
        if (!(report instanceof Report.Finished(int _, Report.Stop stop, int _))) {
            throw Failures.unexpected(model, report);
        }
        if (stop == Report.Stop.CANCELLED) {
            throw Failures.letGo();
        }
    }

    /// @param ignored what was left out of the request
    Embeddings answer(Set<String> ignored) {
        return new Embeddings(vectors, Usage.of(tokens, 0), ignored);
    }
}
