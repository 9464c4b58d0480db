package dev.formulary.engine.route;

import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.transport.HttpCall;
import dev.formulary.engine.transport.HttpHandler;
import dev.formulary.engine.transport.PlainError;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;

/// Brings HTTP calls to the routes that begin with `platform-http:`.
final class HttpEngine implements PlatformHttpEngine, HttpHandler {
    private final PathTable<HttpConsumer> paths = new PathTable<>();

    @Override
    public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
        return new HttpConsumer(endpoint, processor, paths);
    }

    /// What is served, by path.
    List<ServedPath> served() {
        return paths.entries().stream().map(entry -> new ServedPath(entry.pattern().written(), entry.pattern().prefix(),
                entry.methods(), entry.target().entrances())).sorted(Comparator.comparing(ServedPath::path)).toList();
    }

    @Override
    public Check check(String method, String path) {
        if (paths.find(method, path) != null) {
            return Check.OPEN;
        }
        String allowed = paths.allowed(path);
        return allowed.isEmpty() ? Check.UNKNOWN : new Check.WrongMethod(allowed);
    }

    @Override
    public Answer handle(HttpCall call) throws InterruptedException {
        while (true) {
            HttpConsumer consumer = paths.find(call.method(), call.path());
            if (consumer == null) {
                return PlainError.answer(call.path(), 404, "unknown_path",
                        "nothing is served at '" + call.path() + "'", Map.of());
            }
            // a version that has just been replaced is closed; its path leads to the new one by now
            if (consumer.gate().enter()) {
                try {
                    return consumer.serve(call);
                } finally {
                    consumer.gate().leave();
                }
            }
        }
    }
}
