package dev.formulary.engine.route;

import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;
import org.jspecify.annotations.Nullable;

/// What came in, as a Camel message. Headers are copied only when a step of the route looks at them: a route that just asks
/// the gateway never pays for it.
final class ArrivalMessage extends DefaultMessage {
    private final Arrival arrival;
    private final Consumer<Map<String, Object>> headers;
    private @Nullable Answer answer;

    /// @param headers puts the headers of the request into a map
    ArrivalMessage(CamelContext context, Arrival arrival, Consumer<Map<String, Object>> headers) {
        super(context);
        this.arrival = arrival;
        this.headers = headers;
    }

    /// What to hand to the gateway: what came, or what the route's steps have made of it.
    Arrival arrival() {
        byte[] body = bytes();
        Map<String, Object> changed = hasPopulatedHeaders() ? getHeaders() : null;
        if (changed == null && Arrays.equals(body, arrival.body())) {
            return arrival;
        }
        Arrival.HeaderLookup lookup = changed == null ? arrival.header() : new CamelHeaders(changed, arrival);
        return new Arrival(arrival.via(), arrival.path(), lookup, body, arrival.mayStream(), arrival.presence(),
                arrival.query(), arrival.peer());
    }

    private byte[] bytes() {
        Object body = getBody();
        if (body instanceof byte[] whole) {
            return whole;
        }
        byte[] converted = body == null ? null : getBody(byte[].class);
        return converted == null ? new byte[0] : converted;
    }

    /// Makes the gateway's answer the content of the message.
    void setAnswer(Answer given) {
        answer = given;
        setBody(given instanceof Answer.Whole whole ? whole.body() : given);
        if (hasPopulatedHeaders()) {
            fill(getHeaders(), given);
        }
    }

    /// The gateway's answer when no later step has touched it, or null.
    @Nullable
    Answer untouchedAnswer() {
        Answer given = answer;
        if (given == null || hasPopulatedHeaders()) {
            return null;
        }
        Object expected = given instanceof Answer.Whole whole ? whole.body() : given;
        return expected.equals(getBody()) ? given : null;
    }

    @Nullable
    Answer answer() {
        return answer;
    }

    boolean hasHeaderMap() {
        return hasPopulatedHeaders();
    }

    static void fill(Map<String, Object> headers, Answer answer) {
        headers.put(Exchange.HTTP_RESPONSE_CODE, answer.status());
        headers.put(Exchange.CONTENT_TYPE, answer.contentType());
        headers.putAll(answer.headers());
    }

    @Override
    protected void populateInitialHeaders(Map<String, Object> map) {
        headers.accept(map);
        if (answer != null) {
            fill(map, answer);
        }
    }

    @Override
    public DefaultMessage newInstance() {
        var other = new ArrivalMessage(getCamelContext(), arrival, hasPopulatedHeaders() ? _ -> {} : headers);
        other.answer = answer;
        return other;
    }

    /// The message of an exchange, with what came in, as far as it still knows.
    static @Nullable ArrivalMessage of(Message message) {
        return message instanceof ArrivalMessage known ? known : null;
    }

    /// Headers that a step of the route may have changed.
    private record CamelHeaders(Map<String, Object> changed, Arrival arrival) implements Arrival.HeaderLookup {
        @Override
        public @Nullable String get(String name) {
            Object value = changed.get(name);
            return value == null ? null : value.toString();
        }
    }
}
