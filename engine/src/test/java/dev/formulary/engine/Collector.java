package dev.formulary.engine;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Takes spans by OTLP over HTTP, as protobuf, and reads them with OpenTelemetry's own schema. Thread-safe.
public final class Collector implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    /// All requests as they came.
    public final Queue<byte[]> bodies = new ConcurrentLinkedQueue<>();
    /// Header lines of the requests, in lower case but for the value.
    public final Queue<Map<String, String>> headers = new ConcurrentLinkedQueue<>();
    private final Queue<ResourceSpans> resources = new ConcurrentLinkedQueue<>();
    /// What it says.
    public volatile int status = 200;
    /// Nobody is answered before that is over.
    public volatile CountDownLatch open = new CountDownLatch(0);

    public Collector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces");
    }

    private void take(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        try {
            open.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        int said = status;
        if (said == 200) {
            bodies.add(body);
            Map<String, String> lines = new HashMap<>();
            exchange.getRequestHeaders().forEach((name, values) -> lines.put(name.toLowerCase(java.util.Locale.ROOT),
                    values.getFirst()));
            headers.add(lines);
            resources.addAll(ExportTraceServiceRequest.parseFrom(body).getResourceSpansList());
        }
        exchange.sendResponseHeaders(said, -1);
        exchange.close();
    }

    /// What all spans belong to.
    public Map<String, Object> resource() {
        return values(resources.element().getResource().getAttributesList());
    }

    /// All spans so far.
    public List<Told> spans() {
        return resources.stream().flatMap(each -> each.getScopeSpansList().stream())
                .flatMap(each -> each.getSpansList().stream()).map(Told::of).toList();
    }

    /// One span.
    ///
    /// @param parent the id of the span above, or empty
    /// @param begun nanoseconds since 1970
    /// @param failed whether its status is an error
    public record Told(String trace, String id, String parent, String name, Span.SpanKind kind, long begun, long ended,
            boolean failed, Map<String, Object> attributes) {
        private static Told of(Span span) {
            return new Told(hex(span.getTraceId()), hex(span.getSpanId()), hex(span.getParentSpanId()), span.getName(),
                    span.getKind(), span.getStartTimeUnixNano(), span.getEndTimeUnixNano(),
                    span.getStatus().getCode() == io.opentelemetry.proto.trace.v1.Status.StatusCode.STATUS_CODE_ERROR,
                    values(span.getAttributesList()));
        }

        private static String hex(ByteString bytes) {
            return HexFormat.of().formatHex(bytes.toByteArray());
        }
    }

    private static Map<String, Object> values(List<KeyValue> all) {
        Map<String, Object> values = new HashMap<>();
        all.forEach(each -> values.put(each.getKey(), value(each.getValue())));
        return values;
    }

    private static Object value(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case BOOL_VALUE -> value.getBoolValue();
            case INT_VALUE -> value.getIntValue();
            case DOUBLE_VALUE -> value.getDoubleValue();
            default -> value.toString();
        };
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
