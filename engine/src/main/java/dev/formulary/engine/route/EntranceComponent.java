package dev.formulary.engine.route;

import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Entrance;
import java.util.Map;
import java.util.TreeSet;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.jspecify.annotations.Nullable;

/// The steps `formulary:NAME` of a route: each asks the gateway for one thing.
final class EntranceComponent extends DefaultComponent {
    /// The step that answers files, by asking other entrances.
    static final String INBOX = "inbox";

    private final Map<String, Entrance> entrances;
    private final AsyncProcessor inbox;

    EntranceComponent(Map<String, Entrance> entrances, AsyncProcessor inbox) {
        this.entrances = entrances;
        this.inbox = inbox;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String name, Map<String, Object> parameters) {
        if (!name.equals(INBOX) && !entrances.containsKey(name)) {
            var known = new TreeSet<>(entrances.keySet());
            known.add(INBOX);
            throw new IllegalArgumentException(
                    "there is no 'formulary:" + name + "'; there are formulary:" + String.join(", formulary:", known));
        }
        return new Step(uri, name);
    }

    private final class Step extends DefaultEndpoint {
        private final String name;

        Step(String uri, String name) {
            super(uri, EntranceComponent.this);
            this.name = name;
        }

        @Override
        public Producer createProducer() {
            Entrance entrance = entrances.get(name);
            return entrance == null ? new Files(this) : new Ask(this, name, entrance);
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            throw new UnsupportedOperationException(
                    "'formulary:" + name + "' is a step: write it with 'to', not with 'from'");
        }
    }

    private final class Files extends DefaultAsyncProducer {
        Files(Endpoint endpoint) {
            super(endpoint);
        }

        @Override
        public boolean process(Exchange exchange, org.apache.camel.AsyncCallback callback) {
            return inbox.process(exchange, callback);
        }
    }

    private static final class Ask extends DefaultProducer {
        private final String name;
        private final Entrance entrance;

        Ask(Endpoint endpoint, String name, Entrance entrance) {
            super(endpoint);
            this.name = name;
            this.entrance = entrance;
        }

        @Override
        public void process(Exchange exchange) throws InterruptedException {
            Message message = exchange.getMessage();
            ArrivalMessage arrived = ArrivalMessage.of(message);
            if (arrived != null) {
                arrived.setAnswer(entrance.enter(arrived.arrival()));
                return;
            }
            Answer answer = entrance.enter(stranger(message));
            message.setBody(answer instanceof Answer.Whole whole ? whole.body() : answer);
            ArrivalMessage.fill(message.getHeaders(), answer);
        }

        /// A call that a route makes by itself, on a timer for example.
        private Arrival stranger(Message message) {
            byte[] body = message.getBody(byte[].class);
            return new Arrival("file", name, header -> text(message.getHeader(header)),
                    body == null ? new byte[0] : body, false, Arrival.Presence.CONSTANT);
        }

        private static @Nullable String text(@Nullable Object value) {
            return value == null ? null : value.toString();
        }
    }
}
