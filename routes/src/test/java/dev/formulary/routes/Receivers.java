package dev.formulary.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.formulary.engine.config.AlertChannel;
import dev.formulary.engine.config.AlertTarget;
import dev.formulary.engine.facts.Severity;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/// Real ones that are told of alerts: a web server, a broker with somebody who listens, and a mail server.
final class Receivers implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String TOPIC = "house/alerts";

    final Mosquitto broker;
    private final Hook hook = new Hook();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private final Mqtt5AsyncClient listener;

    /// What one receiver was told of one alert.
    ///
    /// @param id of the event
    /// @param event such as `opened`
    /// @param about its code, and its resource where it has one
    record Told(String id, String event, String about, Instant at) {}

    Receivers(Path folder) throws Exception {
        broker = new Mosquitto(folder);
        listener = broker.client("listener").buildAsync();
        listener.connect().join();
        listener.subscribeWith().topicFilter(TOPIC).callback(message -> heard.add(new String(
                message.getPayloadAsBytes(), StandardCharsets.UTF_8))).send().join();
        mail.start();
    }

    /// One for each of them.
    List<AlertChannel> channels() {
        return List.of(channel("web", new AlertTarget.Webhook(hook.url("/alerts"), null, null)),
                channel("house", new AlertTarget.Mqtt(TOPIC)),
                channel("post", new AlertTarget.Mail("127.0.0.1", mail.getSmtp().getPort(),
                        AlertTarget.Mail.Security.NONE, null, null, null, "formulary@example.org",
                        List.of("ann@example.org"))));
    }

    private static AlertChannel channel(String name, AlertTarget target) {
        return new AlertChannel(name, target.kind(), Severity.INFO, List.of(), true, Duration.ofSeconds(20), target);
    }

    /// How many events came to all of them together.
    int count() {
        return hook.bodies.size() + heard.size() + mail.getReceivedMessages().length;
    }

    /// What the web server was told, in order; the same event twice is one.
    List<Told> byWeb() {
        return hook.bodies.stream().flatMap(Receivers::read).distinct().toList();
    }

    /// What the listener at the broker was told.
    List<Told> byBroker() {
        return heard.stream().flatMap(Receivers::read).distinct().toList();
    }

    /// The ids of events that came by mail, in order.
    List<String> byMail() {
        return Stream.of(mail.getReceivedMessages()).map(Receivers::id).distinct().toList();
    }

    private static String id(MimeMessage message) {
        try {
            return message.getMessageID().replaceFirst("^<", "").replaceFirst("@.*", "");
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Stream<Told> read(String document) {
        try {
            JsonNode json = JSON.readTree(document);
            var all = new ArrayList<Told>();
            for (JsonNode each : json.has("alerts") ? json.path("alerts") : List.of(json.path("alert"))) {
                all.add(new Told(json.path("id").asText(), json.path("event").asText(),
                        (each.path("code").asText() + " " + each.path("resource").asText()).strip(),
                        Instant.parse(json.path("at").asText())));
            }
            return all.stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        listener.disconnect().join();
        broker.close();
        mail.stop();
        hook.close();
    }
}
