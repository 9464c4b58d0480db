package dev.formulary.engine.route;

import dev.formulary.engine.notify.Letter;
import dev.formulary.engine.notify.Parcel;
import dev.formulary.engine.notify.Post;
import dev.formulary.engine.notify.Receipt;
import dev.formulary.engine.notify.UndeliveredException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;

/// The steps `alert:KIND` of a route: each tells the channel to which the event is on its way, and no other.
final class AlertComponent extends DefaultComponent {
    /// What such steps begin with.
    static final String SCHEME = "alert";
    /// The line for people, as a header.
    static final String TITLE = "AlertTitle";
    /// The lines for people, as a header.
    static final String TEXT = "AlertText";

    private static final String ERRAND = "formulary-alert-errand";

    private final Map<String, Post> posts = new TreeMap<>();

    /// @param others how channels are told, but for mail
    AlertComponent(Map<String, Post> others) {
        posts.putAll(others);
        posts.put("email", new MailPost(this::getCamelContext));
    }

    /// An event on its way through a route, and what came of it; also where the route divides.
    record Errand(Parcel parcel, AtomicReference<Receipt> receipt) {
        void in(Exchange exchange) {
            exchange.setProperty(ERRAND, this);
        }
    }

    @Override
    protected Endpoint createEndpoint(String uri, String kind, Map<String, Object> parameters) {
        if (!posts.containsKey(kind)) {
            throw new IllegalArgumentException("there is no 'alert:" + kind + "'; there are alert:"
                    + String.join(", alert:", posts.keySet()));
        }
        return new Step(uri, kind);
    }

    private final class Step extends DefaultEndpoint {
        private final String kind;

        Step(String uri, String kind) {
            super(uri, AlertComponent.this);
            this.kind = kind;
        }

        @Override
        public Producer createProducer() {
            return new Telling(this, kind);
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            throw new UnsupportedOperationException("'alert:" + kind + "' is a step: write it with 'to'; a route for"
                    + " alerts begins with 'from: direct:alert-NAME'");
        }
    }

    private final class Telling extends DefaultProducer {
        private final String kind;

        Telling(Endpoint endpoint, String kind) {
            super(endpoint);
            this.kind = kind;
        }

        @Override
        public void process(Exchange exchange) throws UndeliveredException, InterruptedException {
            Errand errand = exchange.getProperty(ERRAND, Errand.class);
            if (errand == null) {
                throw new UndeliveredException("'alert:" + kind + "' tells what came to 'direct:alert-NAME', and here"
                        + " is no such event");
            }
            String right = errand.parcel().channel().target().kind();
            if (!kind.equals(right) && !kind.equals("log")) {
                throw new UndeliveredException("the channel '" + errand.parcel().channel().name() + "' is told by"
                        + " 'alert:" + right + "', not by 'alert:" + kind + "'");
            }
            Post post = java.util.Objects.requireNonNull(posts.get(kind));
            errand.receipt().set(post.send(errand.parcel(), letter(exchange.getMessage())));
        }

        private static Letter letter(Message message) {
            byte[] body = message.getBody(byte[].class);
            return new Letter(body == null ? new byte[0] : body, text(message, Exchange.CONTENT_TYPE),
                    text(message, TITLE), text(message, TEXT));
        }

        private static String text(Message message, String header) {
            Object value = message.getHeader(header);
            return value == null
                    ? ""
                    : value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : value.toString();
        }
    }
}
