package dev.formulary.engine.route;

import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.transport.HttpCall;
import dev.formulary.engine.transport.PlainError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.Suspendable;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumerAware;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The beginning of one version of one HTTP route.
final class HttpConsumer extends DefaultConsumer implements PlatformHttpConsumer, Suspendable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConsumer.class);
    private static final String ENTRANCE = "formulary:";
    private static final Duration DRAIN = Duration.ofMinutes(10);
    private static final Set<String> NOT_OURS = Set.of("content-length", "transfer-encoding", "connection", "host",
            "content-type");

    private final PathTable<HttpConsumer> paths;
    private final PathTable.Pattern pattern;
    private final Gate gate = new Gate();

    HttpConsumer(PlatformHttpEndpoint endpoint, Processor processor, PathTable<HttpConsumer> paths) {
        super(endpoint, processor);
        this.paths = paths;
        this.pattern = PathTable.Pattern.of(endpoint.getPath(), endpoint.isMatchOnUriPrefix());
    }

    static Set<String> methods(@Nullable String restriction) {
        return restriction == null || restriction.isBlank()
                ? Set.of()
                : Set.copyOf(java.util.Arrays.stream(restriction.split(",", -1)).map(String::strip)
                        .map(method -> method.toUpperCase(Locale.ROOT)).toList());
    }

    Gate gate() {
        return gate;
    }

    /// Which entrances its route asks, by name. Camel tells only the consumer around this one which route it begins.
    List<String> entrances() {
        return getEndpoint().getCamelContext().getRoutes().stream().filter(this::begins).findFirst()
                .map(Route::getRoute)
                .map(route -> route instanceof RouteDefinition definition ? RouteTrial.steps(definition) : null)
                .orElse(List.of()).stream().filter(uri -> uri.startsWith(ENTRANCE))
                .map(uri -> uri.substring(ENTRANCE.length())).toList();
    }

    private boolean begins(Route route) {
        return route.getConsumer() instanceof PlatformHttpConsumerAware around
                && around.getPlatformHttpConsumer() == this;
    }

    @Override
    public PlatformHttpEndpoint getEndpoint() {
        return (PlatformHttpEndpoint) super.getEndpoint();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        paths.add(new PathTable.Entry<>(pattern, methods(getEndpoint().getHttpMethodRestrict()), this));
    }

    @Override
    protected void doSuspend() {
        retire();
    }

    @Override
    protected void doStop() throws Exception {
        retire();
        super.doStop();
    }

    private void retire() {
        paths.remove(this);
        gate.close(DRAIN);
    }

    Answer serve(HttpCall call) throws InterruptedException {
        Exchange exchange = createExchange(true);
        exchange.setPattern(ExchangePattern.InOut);
        var message = new ArrivalMessage(exchange.getContext(), call.arrival(), headers -> fill(headers, call));
        message.setBody(call.arrival().body());
        exchange.setIn(message);
        try {
            getProcessor().process(exchange);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            exchange.setException(e);
        }
        Exception failure = exchange.getException();
        return failure == null ? answer(exchange.getMessage(), call) : failed(failure, call);
    }

    private void fill(Map<String, Object> headers, HttpCall call) {
        call.eachHeader(headers::putIfAbsent);
        if (pattern.parameter() != null) {
            headers.put(pattern.parameter(), pattern.argument(call.path()));
        }
        headers.put(Exchange.HTTP_METHOD, call.method());
        headers.put(Exchange.HTTP_PATH, call.path());
        if (call.query() != null) {
            headers.put(Exchange.HTTP_QUERY, call.query());
        }
    }

    private Answer failed(Exception failure, HttpCall call) throws InterruptedException {
        if (failure instanceof InterruptedException stopped) {
            throw stopped;
        }
        LOG.error("route failed route={} path={}", getRouteId(), call.path(), failure);
        return PlainError.answer(call.path(), 500, "route_failed", "the route for '" + call.path() + "' failed",
                Map.of());
    }

    private Answer answer(Message message, HttpCall call) {
        ArrivalMessage arrived = ArrivalMessage.of(message);
        Answer untouched = arrived == null ? null : arrived.untouchedAnswer();
        if (untouched != null) {
            return untouched;
        }
        Answer given = arrived == null ? null : arrived.answer();
        if (arrived != null && given == null && !arrived.hasHeaderMap()) {
            return whole(200, "", Map.of(), message);
        }
        Integer status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        Map<String, String> headers = replyHeaders(message, call, given);
        String type = text(message.getHeader(Exchange.CONTENT_TYPE));
        boolean ours = given != null || !type.equals(nonNull(call.arrival().header().get("content-type")));
        if (message.getBody() instanceof Answer.Streamed streamed) {
            return new Answer.Streamed(status == null ? streamed.status() : status, type, headers, streamed.frames());
        }
        if (given instanceof Answer.Streamed unread) {
            unread.frames().close();
        }
        return whole(status == null ? 200 : status, ours ? type : "", headers, message);
    }

    private static Answer.Whole whole(int status, String type, Map<String, String> headers, Message message) {
        byte[] body = message.getBody() == null ? null : message.getBody(byte[].class);
        byte[] bytes = body == null ? new byte[0] : body;
        return new Answer.Whole(status, type.isEmpty() ? guess(bytes) : type, headers, bytes);
    }

    private static String guess(byte[] body) {
        if (body.length == 0) {
            return "";
        }
        return body[0] == '{' || body[0] == '['
                ? "application/json"
                : "text/plain; charset=" + StandardCharsets.UTF_8.name().toLowerCase(Locale.ROOT);
    }

    /// What the route's steps have set; what merely came with the request does not go back.
    private Map<String, String> replyHeaders(Message message, HttpCall call, @Nullable Answer given) {
        Map<String, String> reply = new HashMap<>();
        message.getHeaders().forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (value == null || lower.startsWith("camel") || NOT_OURS.contains(lower)
                    || name.equals(pattern.parameter())) {
                return;
            }
            String shown = value.toString();
            if ((given != null && given.headers().containsKey(name))
                    || !shown.equals(call.arrival().header().get(lower))) {
                reply.put(name, shown);
            }
        });
        return reply;
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }

    private static String nonNull(@Nullable String value) {
        return value == null ? "" : value;
    }
}
