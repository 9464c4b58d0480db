package dev.formulary.engine.route;

import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.QueuePlace;
import dev.formulary.engine.mqtt.MqttLink;
import dev.formulary.engine.mqtt.Outgoing;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes a question through the steps of its route.
final class MqttExchange {
    private static final Logger LOG = LoggerFactory.getLogger(MqttExchange.class);
    private static final int FAULT = 500;

    private final DefaultConsumer route;
    private final MqttLink link;

    MqttExchange(DefaultConsumer route, MqttLink link) {
        this.route = route;
        this.link = link;
    }

    /// What came of it.
    sealed interface Outcome {
        /// An answer in one message.
        record Whole(MqttReply reply) implements Outcome {
            /// Whether it only says that the gateway failed.
            boolean fault() {
                return reply.status() == FAULT;
            }
        }

        /// An answer in pieces, as it was asked for.
        record Pieces(Answer.Streamed stream) implements Outcome {}
    }

    /// Asks.
    ///
    /// @throws InterruptedException when stopped
    Outcome ask(MqttRequest request) throws InterruptedException {
        String wrong = request.wrong();
        if (wrong != null) {
            return new Outcome.Whole(MqttReply.error(request, 400, "invalid_header", wrong));
        }
        String told = request.get(Reception.WAITING);
        if (told != null && (!MqttRequest.plainTopic(told) || link.hears(told))) {
            return new Outcome.Whole(MqttReply.error(request, 400, "invalid_header",
                    "the property X-Formulary-Waiting has the wrong value '"
                            + told + "'; it must be a topic without + and # on which no questions come in"));
        }
        Arrival.Presence caller = told == null ? Arrival.Presence.CONSTANT : new Told(told, request.correlation());
        return process(request,
                new Arrival("mqtt", request.topic(), request, request.body(), request.inPieces(), caller));
    }

    private Outcome process(MqttRequest request, Arrival arrival) throws InterruptedException {
        Exchange exchange = route.createExchange(true);
        exchange.setPattern(ExchangePattern.InOut);
        var in = new ArrivalMessage(exchange.getContext(), arrival, headers -> fill(headers, request));
        in.setBody(request.body());
        exchange.setIn(in);
        try {
            route.getProcessor().process(exchange);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            exchange.setException(e);
        }
        Exception failure = exchange.getException();
        if (failure instanceof InterruptedException stopped) {
            throw stopped;
        }
        if (failure != null) {
            LOG.error("route failed route={} topic={}", route.getRouteId(), request.topic(), failure);
            return new Outcome.Whole(MqttReply.error(request, FAULT, "route_failed",
                    "the route for '" + request.topic() + "' failed"));
        }
        Answer.Streamed stream = request.inPieces() ? MqttReply.stream(exchange.getMessage()) : null;
        return stream == null
                ? new Outcome.Whole(MqttReply.of(exchange.getMessage(), request))
                : new Outcome.Pieces(stream);
    }

    private static void fill(Map<String, Object> headers, MqttRequest request) {
        headers.putAll(request.headers());
        headers.put("CamelMqttTopic", request.topic());
    }

    /// A client that wants to know where its question stands in line. It is told without a receipt: later news make up for
    /// what is lost.
    private final class Told implements Arrival.Presence {
        private final String to;
        private final byte @Nullable [] correlation;

        Told(String to, byte @Nullable [] correlation) {
            this.to = to;
            this.correlation = correlation;
        }

        @Override
        public boolean gone() {
            return false;
        }

        @Override
        public void onGone(Runnable action) {}

        @Override
        public void waits(QueuePlace place) {
            link.tell(new Outgoing(to, WaitingFrames.json(place), false, "application/json", correlation, Map.of()));
        }
    }
}
