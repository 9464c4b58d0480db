package dev.formulary.engine.boot;

import dev.formulary.engine.admin.Change;
import dev.formulary.engine.config.AlertChannel;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.notify.Courier;
import dev.formulary.engine.notify.Outbox;
import dev.formulary.engine.store.Delivery;
import dev.formulary.engine.store.Delivery.State;
import dev.formulary.engine.store.DeliveryFile;
import dev.formulary.engine.transport.Threads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Tells alert channels, and shows an operator how that goes. Thread-safe.
final class ChannelDesk implements AutoCloseable {
    /// All channels.
    static final String CHANNELS = "/admin/alerts/channels";
    /// The latest deliveries.
    static final String DELIVERIES = "/admin/alerts/deliveries";
    /// The latest dead letters.
    static final String DEAD = "/admin/alerts/dead";
    /// Sends dead letters again.
    static final String RESEND = "/admin/alerts/resend";
    private static final String TEST = "/test";
    private static final int MOST = 200;

    private final @Nullable Outbox outbox;
    private final Senses senses;
    private long lost;

    private ChannelDesk(@Nullable Outbox outbox, Senses senses) {
        this.outbox = outbox;
        this.senses = senses;
    }

    /// Without channels nothing is kept.
    static ChannelDesk of(Settings settings, Home home, Senses senses, Courier courier) {
        if (settings.alerts().channels().isEmpty()) {
            return new ChannelDesk(null, senses);
        }
        var outbox = new Outbox(settings.alerts(), new DeliveryFile(home.data(), home.cache()), courier,
                new Outbox.Surroundings(settings.node(), senses.clock(), new SecureRandom(),
                        senses.metrics().deliveries(),
                        notice -> senses.alerts().raise(notice, senses.clock().instant())),
                Threads.perTask("alert-channel"));
        senses.alerts().tellBy(outbox);
        return new ChannelDesk(outbox, senses);
    }

    /// Whether a path tries a channel.
    static boolean isTest(String path) {
        return path.startsWith(CHANNELS + "/") && path.endsWith(TEST);
    }

    void tick() {
        if (outbox != null) {
            for (; lost < senses.alerts().lost(); lost++) {
                senses.metrics().deliveries().lost();
            }
            outbox.tick();
        }
    }

    Map<String, Supplier<?>> documents() {
        return Map.of(CHANNELS, this::channels, DELIVERIES, () -> latest(null), DEAD, () -> latest(State.DEAD));
    }

    Map<String, Change> changes() {
        Outbox known = outbox;
        if (known == null) {
            return Map.of(RESEND, _ -> new Change.Result.Refused("no_channels",
                    "no channel is configured; alerts.channels says where alerts are told"));
        }
        var changes = new HashMap<String, Change>();
        known.channels().keySet().forEach(name -> changes.put(CHANNELS + "/" + name + TEST,
                _ -> test(known, name)));
        changes.put(RESEND, said -> resend(known, said));
        return changes;
    }

    private static Change.Result test(Outbox outbox, String channel) {
        Delivery after;
        try {
            after = outbox.test(channel);
        } catch (IOException e) {
            return new Change.Result.Refused("not_written", String.valueOf(e.getMessage()));
        }
        return after.state() == State.DELIVERED
                ? new Change.Result.Done(new Shown.Tested(shown(after)))
                : new Change.Result.Refused("not_delivered", after.said());
    }

    private static Change.Result resend(Outbox outbox, Map<String, String> said) {
        String channel = said.get("channel");
        if (channel != null && !outbox.channels().containsKey(channel)) {
            return new Change.Result.Refused("no_such_channel", "there is no channel '" + channel + "'; there are "
                    + String.join(", ", outbox.channels().keySet()));
        }
        try {
            return new Change.Result.Done(new Shown.Resent(outbox.resend(said.get("event"), channel)));
        } catch (IOException e) {
            return new Change.Result.Refused("not_written", String.valueOf(e.getMessage()));
        }
    }

    private List<Shown.Delivered> latest(@Nullable State state) {
        Outbox known = outbox;
        try {
            return known == null
                    ? List.of()
                    : known.look(file -> file.latest(state, MOST)).stream().map(ChannelDesk::shown).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Shown.Delivered shown(Delivery delivery) {
        return new Shown.Delivered(delivery.event(), delivery.channel(), delivery.state(),
                delivery.about().replace('\n', ' '), delivery.attempts(), delivery.changed(),
                delivery.state() == State.WAITING ? delivery.due() : null, delivery.said());
    }

    private List<Shown.Channel> channels() {
        Outbox known = outbox;
        if (known == null) {
            return List.of();
        }
        try {
            return known.look(file -> {
                List<DeliveryFile.Count> counts = file.counts();
                var all = new ArrayList<Shown.Channel>();
                for (AlertChannel channel : known.channels().values()) {
                    all.add(shown(channel, counts, file.last(channel.name())));
                }
                return all;
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Without anything that could be secret.
    private static Shown.Channel shown(AlertChannel channel, List<DeliveryFile.Count> counts,
            @Nullable Delivery last) {
        return new Shown.Channel(channel.name(), channel.target().kind(), channel.target().place(), channel.route(),
                channel.severity(), channel.codes(), channel.resolved(), count(channel, counts, State.WAITING),
                count(channel, counts, State.DELIVERED), count(channel, counts, State.DEAD),
                last == null ? "" : last.said(), last == null ? null : last.changed());
    }

    private static int count(AlertChannel channel, List<DeliveryFile.Count> counts, State state) {
        return counts.stream().filter(each -> each.channel().equals(channel.name()) && each.state() == state)
                .mapToInt(DeliveryFile.Count::number).sum();
    }

    @Override
    public void close() throws IOException {
        if (outbox != null) {
            outbox.close();
        }
    }
}
