package dev.formulary.engine.route;

import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.QueuePlace;
import dev.formulary.engine.mqtt.BrokerRefusalException;
import dev.formulary.engine.mqtt.Incoming;
import dev.formulary.engine.mqtt.Messages;
import dev.formulary.engine.mqtt.MqttLink;
import dev.formulary.engine.mqtt.Outgoing;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The beginning of one version of one MQTT route. A message is acknowledged when its answer is at the broker, so that
/// nothing is lost when the gateway dies in between.
final class MqttConsumer extends DefaultConsumer implements Suspendable {
    private static final Logger LOG = LoggerFactory.getLogger(MqttConsumer.class);
    private static final Duration DRAIN = Duration.ofMinutes(10);

    private final String topic;
    private final MqttLink link;
    private final AnsweredMemory memory;
    private final String replies;
    private final Gate gate = new Gate();
    private Messages.@Nullable Subscription subscription;

    MqttConsumer(Endpoint endpoint, Processor processor, String topic, MqttLink link, AnsweredMemory memory,
            String replies) {
        super(endpoint, processor);
        this.topic = topic;
        this.link = link;
        this.memory = memory;
        this.replies = replies;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        subscription = link.serve(topic, this::take);
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
        Messages.Subscription known = subscription;
        if (known != null) {
            known.close();
        }
        gate.close(DRAIN);
    }

    private boolean take(Incoming message) {
        if (!gate.enter()) {
            return false;
        }
        try {
            handle(message);
            return true;
        } finally {
            gate.leave();
        }
    }

    private void handle(Incoming message) {
        MqttRequest request = MqttRequest.of(message, replies);
        AnsweredMemory.Lookup known = memory.look(request.key());
        AnsweredMemory.Entry entry = known.entry();
        if (known.first() && memory.answeredBefore(request.key())) {
            // answered by this node before its restart, which came before the acknowledgement
            memory.forget(request.key(), entry);
            LOG.info("question was answered already topic={}", topic);
            message.acknowledge();
            return;
        }
        if (known.first()) {
            try {
                memory.answered(request.key(), entry, ask(request));
            } catch (InterruptedException e) {
                memory.forget(request.key(), entry);
                return; // unacknowledged: it comes again
            }
        } else if (!entry.reply.isDone()) {
            // the same question is being answered just now; its answer goes out once
            entry.reply.handle((_, _) -> 0).join();
            message.acknowledge();
            return;
        }
        deliver(message, request, entry);
    }

    private void deliver(Incoming message, MqttRequest request, AnsweredMemory.Entry entry) {
        String to = request.replyTopic();
        String reason = to == null
                ? "no-response-topic"
                : link.hears(to)
                        ? "response-topic-is-a-request-topic"
                        : "";
        if (to == null || !reason.isEmpty()) {
            LOG.warn("answer dropped topic={} reason={}", topic, reason);
            message.acknowledge();
            return;
        }
        MqttReply reply;
        try {
            reply = entry.reply.join();
        } catch (CancellationException e) {
            return; // nobody could answer; unacknowledged, it comes again
        }
        while (!published(to, request, reply)) {
            try {
                TimeUnit.SECONDS.sleep(1);
            } catch (InterruptedException e) {
                return; // unacknowledged: it comes again
            }
        }
        memory.delivered(request.key());
        message.acknowledge();
    }

    /// Whether this answer needs no second try: the broker has it, or has refused it, which it would do again.
    private boolean published(String to, MqttRequest request, MqttReply reply) {
        Throwable refused = link.answer(reply.to(to, request.correlation()))
                .handle((_, failure) -> failure).join();
        if (refused == null) {
            return true;
        }
        boolean forEver = refused instanceof BrokerRefusalException;
        LOG.warn("answer not published topic={} again={} cause={}", topic, !forEver, refused.getMessage());
        return forEver;
    }

    private MqttReply ask(MqttRequest request) throws InterruptedException {
        String told = request.get(Reception.WAITING);
        if (told != null && (!MqttRequest.plainTopic(told) || link.hears(told))) {
            return MqttReply.error(request, 400, "invalid_header",
                    "the property X-Formulary-Waiting has the wrong value '"
                            + told + "'; it must be a topic without + and # on which no questions come in");
        }
        Arrival.Presence caller = told == null ? Arrival.Presence.CONSTANT : new Told(told, request.correlation());
        var arrival = new Arrival("mqtt", request.topic(), request, request.body(), false, caller);
        Exchange exchange = createExchange(true);
        exchange.setPattern(ExchangePattern.InOut);
        var in = new ArrivalMessage(exchange.getContext(), arrival, headers -> fill(headers, request));
        in.setBody(request.body());
        exchange.setIn(in);
        try {
            getProcessor().process(exchange);
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
            LOG.error("route failed route={} topic={}", getRouteId(), request.topic(), failure);
            return MqttReply.error(request, 500, "route_failed", "the route for '" + request.topic() + "' failed");
        }
        return MqttReply.of(exchange.getMessage(), request);
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

    private static void fill(Map<String, Object> headers, MqttRequest request) {
        headers.putAll(request.headers());
        headers.put("CamelMqttTopic", request.topic());
    }
}
