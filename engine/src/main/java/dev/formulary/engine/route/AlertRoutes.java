package dev.formulary.engine.route;

import dev.formulary.engine.config.AlertChannel;
import dev.formulary.engine.mqtt.Messages;
import dev.formulary.engine.notify.AlertEvent;
import dev.formulary.engine.notify.Courier;
import dev.formulary.engine.notify.Parcel;
import dev.formulary.engine.notify.Post;
import dev.formulary.engine.notify.Posts;
import dev.formulary.engine.notify.Receipt;
import dev.formulary.engine.notify.UndeliveredException;
import dev.formulary.engine.transport.EventLoops;
import dev.formulary.engine.transport.OutboundHttp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;

/// Hands events of alerts to the routes that tell channels. Thread-safe.
final class AlertRoutes implements AutoCloseable {
    /// What the address begins with at which such a route begins.
    private static final String BEGINNING = "direct:alert-";
    /// Which way in a route that is replaced by another version waits for.
    private static final String PATIENCE = "?timeout=2000";
    private static final int LONGEST = 200;

    private final List<AlertChannel> channels;
    private final OutboundHttp http;
    private final Map<String, Post> posts;

    AlertRoutes(List<AlertChannel> channels, EventLoops loops, @Nullable Messages broker) {
        this.channels = channels;
        http = new OutboundHttp(loops, new OutboundHttp.Limits(Duration.ofSeconds(5),
                Duration.ofSeconds(60), 16, 64 * 1024, "formulary"));
        posts = Posts.of(http, broker);
    }

    Map<String, Post> posts() {
        return posts;
    }

    /// Why a route is off, or nothing.
    String offReason(String from) {
        String address = from.replace("://", ":");
        return !address.startsWith(BEGINNING) || channels.stream().anyMatch(each -> address.equals(BEGINNING + each
                .route())) ? "" : "no channel of alerts.channels is told by it";
    }

    Courier courier(Supplier<? extends CamelContext> context) {
        return parcel -> carry(parcel, context.get());
    }

    private static Receipt carry(Parcel parcel, CamelContext context)
            throws UndeliveredException, InterruptedException {
        String address = BEGINNING + parcel.channel().route();
        var errand = new AlertComponent.Errand(parcel, new AtomicReference<>());
        Exchange exchange = new DefaultExchange(context);
        errand.in(exchange);
        fill(exchange.getMessage(), parcel);
        try (var template = context.createProducerTemplate()) {
            template.send(address + PATIENCE, exchange);
        } catch (java.io.IOException e) {
            throw new IllegalStateException("a template closes without I/O", e);
        }
        Exception failure = exchange.getException();
        if (failure != null) {
            throw undelivered(address, failure);
        }
        return Objects.requireNonNullElse(errand.receipt().get(), Receipt.OF_ROUTE);
    }

    private static void fill(Message message, Parcel parcel) {
        AlertEvent event = parcel.event();
        message.setBody(event.document());
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        message.setHeader("AlertChannel", parcel.channel().name());
        message.setHeader("AlertId", event.id());
        message.setHeader("AlertEvent", event.type().word());
        message.setHeader("AlertSeverity", event.severity());
        message.setHeader("AlertRule", event.alert().rule());
        message.setHeader("AlertCode", event.alert().code());
        message.setHeader("AlertResource", event.alert().resource());
        message.setHeader("AlertMessage", event.message());
        message.setHeader("AlertAt", event.at().toString());
        message.setHeader("AlertNode", event.node());
        message.setHeader(AlertComponent.TITLE, event.title());
        message.setHeader(AlertComponent.TEXT, event.text());
        message.setHeader("AlertQuoted", AlertEvent.quoted(event.title() + "\n" + event.text()));
    }

    private static UndeliveredException undelivered(String address, Exception failure) throws InterruptedException {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case UndeliveredException undelivered -> {
                    return undelivered;
                }
                case InterruptedException interrupted -> throw interrupted;
                case DirectConsumerNotAvailableException _ -> {
                    return new UndeliveredException("no route begins with '" + address
                            + "'; routes/alerts.yaml has one for each kind of channel");
                }
                default -> {
                    // what it comes from says more
                }
            }
        }
        String said = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        return new UndeliveredException("the route '" + address + "' failed: " + (said.length() <= LONGEST
                ? said
                : said.substring(0, LONGEST) + "…"));
    }

    @Override
    public void close() {
        http.close();
    }
}
