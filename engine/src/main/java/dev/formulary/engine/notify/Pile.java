package dev.formulary.engine.notify;

import dev.formulary.engine.notify.Outbox.Fresh;
import dev.formulary.engine.store.Delivery;
import dev.formulary.engine.store.Delivery.State;
import dev.formulary.engine.store.DeliveryFile;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file of deliveries, and which of them are under way. Thread-safe: the lock guards the file, and whoever holds it does
/// nothing else.
final class Pile {
    private static final Logger LOG = LoggerFactory.getLogger(Pile.class);
    private static final int MOST_SETTLED = 2_000;
    private static final Duration KEPT = Duration.ofDays(30);
    private static final Duration PRUNED_EVERY = Duration.ofHours(1);

    private final Set<String> channels;
    private final DeliveryFile file;
    private final ReentrantLock turn = new ReentrantLock();
    private final List<Fresh> unwritten = new ArrayList<>();
    private final Map<Long, String> underWay = new HashMap<>();
    private final List<Delivery> unsettled = new ArrayList<>();
    private Instant pruned = Instant.MIN;
    private boolean troubled;
    private boolean closed;
    private volatile boolean changed = true;
    private volatile Map<String, Integer> waiting = Map.of();

    Pile(Set<String> channels, DeliveryFile file) {
        this.channels = channels;
        this.file = file;
    }

    /// How many deliveries wait for a channel.
    int waiting(String channel) {
        return waiting.getOrDefault(channel, 0);
    }

    /// Whether there is nothing to be done here.
    boolean idle() {
        return waiting.isEmpty() && !changed;
    }

    /// Writes down what is new.
    ///
    /// @param rows one for each channel that is told
    /// @return what is due, which now counts as under way
    List<Delivery> pass(BlockingQueue<Fresh> fresh, Function<Fresh, List<Delivery>> rows, Instant now) {
        var due = new ArrayList<Delivery>();
        turn.lock();
        try {
            if (!closed) {
                writeSettled();
                write(fresh, rows, now);
                prune(now);
                count();
                for (String channel : channels) {
                    due.addAll(due(channel, now));
                }
                troubled = false;
            }
        } catch (IOException e) {
            trouble(e);
        } finally {
            turn.unlock();
        }
        return due;
    }

    private void trouble(IOException e) {
        if (!troubled) {
            LOG.error("events of alerts wait, as they can't be written down: {}", e.getMessage());
        }
        troubled = true;
    }

    private void write(BlockingQueue<Fresh> fresh, Function<Fresh, List<Delivery>> rows, Instant now)
            throws IOException {
        fresh.drainTo(unwritten, Outbox.MOST_FRESH - unwritten.size());
        List<Delivery> wanted = unwritten.stream().map(rows).flatMap(Collection::stream).toList();
        if (!wanted.isEmpty()) {
            add(wanted);
            for (String channel : channels) {
                file.bury(channel, Outbox.MOST_WAITING, "more than " + Outbox.MOST_WAITING + " events waited", now);
            }
        }
        unwritten.forEach(each -> each.kept().run());
        unwritten.clear();
    }

    private List<Delivery> add(List<Delivery> wanted) throws IOException {
        changed = true;
        List<Delivery> added = file.add(wanted);
        // a damaged file begins anew, without what was to be added
        return added.isEmpty() ? file.add(wanted) : added;
    }

    private void prune(Instant now) throws IOException {
        if (pruned.isAfter(now.minus(PRUNED_EVERY))) {
            return;
        }
        for (DeliveryFile.Count count : file.counts()) {
            if (!channels.contains(count.channel()) && count.state() == State.WAITING) {
                file.bury(count.channel(), 0, "there is no channel '" + count.channel() + "' any more", now);
            }
        }
        file.prune(now.minus(KEPT), MOST_SETTLED);
        pruned = now;
        changed = true;
    }

    private void count() throws IOException {
        if (changed) {
            var counted = new HashMap<String, Integer>();
            file.counts().stream().filter(each -> each.state() == State.WAITING)
                    .forEach(each -> counted.put(each.channel(), each.number()));
            waiting = Map.copyOf(counted);
            changed = false;
        }
    }

    private List<Delivery> due(String channel, Instant now) throws IOException {
        long busy = underWay.values().stream().filter(channel::equals).count();
        if (busy >= Outbox.AT_ONCE || !waiting.containsKey(channel)) {
            return List.of();
        }
        List<Delivery> due = file.due(channel, now, (int) busy + Outbox.AT_ONCE).stream()
                .filter(each -> !underWay.containsKey(each.id())).limit(Outbox.AT_ONCE - busy).toList();
        due.forEach(each -> underWay.put(each.id(), channel));
        return due;
    }

    /// Writes down one that is sent at once, so that it counts as under way.
    Delivery begin(Delivery fresh) throws IOException {
        turn.lock();
        try {
            List<Delivery> added = add(List.of(fresh));
            if (added.isEmpty()) {
                throw new IOException("the event can't be written down");
            }
            underWay.put(added.getFirst().id(), fresh.channel());
            return added.getFirst();
        } finally {
            turn.unlock();
        }
    }

    /// Writes down what came of one that was under way. As long as that is not possible it stays so, lest it be sent again and
    /// again.
    void settle(Delivery after) {
        turn.lock();
        try {
            unsettled.add(after);
            writeSettled();
        } catch (IOException e) {
            trouble(e);
        } finally {
            turn.unlock();
        }
    }

    private void writeSettled() throws IOException {
        if (!unsettled.isEmpty() && !closed) {
            file.update(unsettled);
            unsettled.forEach(each -> underWay.remove(each.id()));
            unsettled.clear();
            changed = true;
        }
    }

    /// Something may be due that was not before.
    void touched() {
        changed = true;
    }

    /// Does something with the file.
    <T> T with(Outbox.Look<T> look) throws IOException {
        turn.lock();
        try {
            return look.at(file);
        } finally {
            turn.unlock();
        }
    }

    /// Writes down what is left. Nothing is written any more then.
    void close(BlockingQueue<Fresh> fresh, Function<Fresh, List<Delivery>> rows, Instant now)
            throws IOException {
        turn.lock();
        try {
            write(fresh, rows, now);
            closed = true;
            file.close();
        } finally {
            turn.unlock();
        }
    }
}
