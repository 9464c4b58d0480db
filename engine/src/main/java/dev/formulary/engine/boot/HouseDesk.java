package dev.formulary.engine.boot;

import dev.formulary.engine.config.HomeAssistant;
import dev.formulary.engine.config.MqttSettings;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.house.Announcer;
import dev.formulary.engine.house.Order;
import dev.formulary.engine.house.Topics;
import dev.formulary.engine.mqtt.Incoming;
import dev.formulary.engine.mqtt.Messages;
import dev.formulary.engine.transport.Threads;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells a broker how the gateway does, and does what the house orders there. Orders wait for the next tick; of more than a
/// few the others are refused. Whoever may publish at the broker may order: the broker decides who that is.
final class HouseDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HouseDesk.class);
    private static final String WHO = "mqtt";
    private static final int MOST_ORDERS = 16;
    /// A probe may cost money.
    private static final Duration BETWEEN_PROBES = Duration.ofSeconds(5);

    private final Senses senses;
    private final Supply supply;
    private final AliasDesk aliases;
    private final HouseView view;
    private final Announcer announcer;
    private final BlockingQueue<Order> orders = new ArrayBlockingQueue<>(MOST_ORDERS);
    private final ExecutorService threads = Threads.perTask("house");
    private Instant nextProbe = Instant.MIN;

    /// @param file where it is kept what lies at the broker
    HouseDesk(Messages broker, Settings settings, Path file, Senses senses, Supply supply, AliasDesk aliases) {
        this.senses = senses;
        this.supply = supply;
        this.aliases = aliases;
        MqttSettings mqtt = Objects.requireNonNull(settings.mqtt());
        HomeAssistant house = mqtt.homeAssistant();
        view = new HouseView(senses, supply, aliases.aliases(), mqtt.stateEvery());
        var topics = new Topics(settings.node(), house.prefix());
        announcer = new Announcer(broker, topics, house, mqtt.stateEvery(), file, VersionCommand.version());
        if (house.enabled()) {
            broker.listen(topics.birth(), this::born);
            if (house.commands()) {
                topics.commands().forEach(topic -> broker.listen(topic, this::take));
            }
        }
    }

    private void born(Incoming message) {
        if (text(message).equals("online")) {
            announcer.again();
        }
    }

    /// What is retained was said before, and is no order.
    private void take(Incoming message) {
        String what = message.topic().substring(message.topic().lastIndexOf('/') + 1);
        Order order = message.retained() ? null : Order.of(what, text(message));
        if (order == null) {
            LOG.warn("order not understood topic={} retained={}", message.topic(), message.retained());
        } else if (!orders.offer(order)) {
            LOG.warn("order refused, too many came at once topic={} most={}", message.topic(), MOST_ORDERS);
        }
    }

    private static String text(Incoming message) {
        return new String(message.payload(), StandardCharsets.UTF_8);
    }

    void tick() {
        for (Order order = orders.poll(); order != null; order = orders.poll()) {
            carryOut(order);
        }
        announcer.tick(view.take(), senses.daybook().switched());
    }

    private void carryOut(Order order) {
        switch (order) {
            case Order.Acknowledge _ -> senses.alerts().acknowledge(null, WHO, senses.clock().instant());
            case Order.Probe _ -> probe();
            case Order.ReloadRules _ -> reload();
            case Order.Choose(String option) -> {
                if (!aliases.choose(option, WHO)) {
                    announcer.again(); // whoever has shown it as chosen is told what is
                }
            }
        }
    }

    /// Reading takes longer than a tick may.
    private void reload() {
        threads.execute(() -> LOG.info("rules reloaded accepted={} by={}", supply.policy().load().accepted(), WHO));
    }

    private void probe() {
        Instant now = senses.clock().instant();
        if (now.isBefore(nextProbe)) {
            LOG.info("order left out, providers were probed a moment ago");
            return;
        }
        nextProbe = now.plus(BETWEEN_PROBES);
        supply.probes().now();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
