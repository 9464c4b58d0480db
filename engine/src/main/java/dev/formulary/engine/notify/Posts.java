package dev.formulary.engine.notify;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.engine.config.AlertTarget;
import dev.formulary.engine.config.Secret;
import dev.formulary.engine.mqtt.BrokerRefusalException;
import dev.formulary.engine.mqtt.Messages;
import dev.formulary.engine.transport.OutboundHttp;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How channels are told, by kind; but for mail. Each goes where the channel's settings say, whatever a route does.
public final class Posts {
    private static final Logger LOG = LoggerFactory.getLogger(Posts.class);
    private static final JsonMapper JSON = new JsonMapper();

    private Posts() {}

    /// @param broker null where none is configured
    public static Map<String, Post> of(OutboundHttp http, @Nullable Messages broker) {
        return Map.of("log", Posts::log, "webhook", (parcel, letter) -> webhook(http, parcel, letter),
                "home-assistant", (parcel, letter) -> homeAssistant(http, parcel, letter),
                "mqtt", (parcel, letter) -> mqtt(broker, parcel, letter));
    }

    private static Receipt log(Parcel parcel, Letter letter) {
        AlertEvent event = parcel.event();
        String line = "alert told channel={} event={} type={} severity={} rule={} code={} message=\"{}\"";
        Object[] values = {parcel.channel().name(), event.id(), event.type().word(), event.severity(),
                event.alert().rule(), event.alert().code(), event.message()};
        switch (event.type()) {
            case ACKNOWLEDGED, RESOLVED, TEST -> LOG.info(line, values);
            case OPENED, WORSENED, FLAPPING, ESCALATED, REPEATED -> {
                switch (event.alert().severity()) {
                    case INFO -> LOG.info(line, values);
                    case WARNING -> LOG.warn(line, values);
                    case CRITICAL, EMERGENCY -> LOG.error(line, values);
                }
            }
        }
        return new Receipt("log", "written");
    }

    private static Receipt webhook(OutboundHttp http, Parcel parcel, Letter letter)
            throws UndeliveredException, InterruptedException {
        var to = (AlertTarget.Webhook) parcel.channel().target();
        Map<String, String> headers = headers(letter.contentType(), to.token());
        headers.put("Idempotency-Key", parcel.event().id());
        headers.put("X-Formulary-Event", parcel.event().type().word());
        Secret secret = to.secret();
        if (secret != null) {
            headers.put(Signature.HEADER, Signature.of(secret, parcel.at(), letter.body()));
        }
        return new HttpPost(http.trusting(to.ca(), "ca")).post(parcel, to.url(), to.place(), headers, letter.body());
    }

    private static Map<String, String> headers(String contentType, @Nullable Secret token) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Content-Type", contentType);
        if (token != null) {
            headers.put("Authorization", "Bearer " + token.value());
        }
        return headers;
    }

    /// What is over takes the place of what it is about, on a phone: both have one tag.
    private static Receipt homeAssistant(OutboundHttp http, Parcel parcel, Letter letter)
            throws UndeliveredException, InterruptedException {
        var to = (AlertTarget.HomeAssistant) parcel.channel().target();
        AlertEvent event = parcel.event();
        ObjectNode json = JSON.createObjectNode().put("message", letter.text()).put("title", letter.title());
        json.putObject("data").put("tag", "formulary-" + event.node() + "-" + event.subject())
                .put("event_id", event.id()).put("event", event.type().word()).put("severity", event.severity());
        String base = to.url().toString();
        URI url = URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base)
                + "/api/services/notify/" + to.service());
        return new HttpPost(http.trusting(to.ca(), "ca")).post(parcel, url, to.place(),
                headers("application/json", to.token()), json.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static Receipt mqtt(@Nullable Messages broker, Parcel parcel, Letter letter)
            throws UndeliveredException, InterruptedException {
        var to = (AlertTarget.Mqtt) parcel.channel().target();
        if (broker == null) {
            throw new UndeliveredException("no broker is configured; set mqtt.url");
        }
        try {
            var _ = broker.publish(to.topic(), letter.body(), false).get(parcel.channel().timeout().toMillis(),
                    TimeUnit.MILLISECONDS);
            return new Receipt("mqtt", "the broker has it, topic " + to.topic());
        } catch (TimeoutException e) {
            throw new UndeliveredException("the broker did not acknowledge it within "
                    + parcel.channel().timeout().toMillis() + " ms");
        } catch (ExecutionException e) {
            throw new UndeliveredException(e.getCause() instanceof BrokerRefusalException refusal
                    ? "the broker does not take it: " + refusal.getMessage()
                    : "there is no connection to the broker");
        }
    }
}
