package dev.formulary.engine.boot;

import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.SeriesSettings;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Reading;
import dev.formulary.engine.facts.Usual;
import dev.formulary.engine.store.SeriesStore;
import dev.formulary.engine.vitals.HostWatch;
import dev.formulary.engine.vitals.Notebook;
import dev.formulary.engine.vitals.SignalBook;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Has everything noted that is measured, and has it kept over a restart. Nothing is noted before what was kept is known again, so
/// that it stands in order. Thread-safe.
final class Signals implements AutoCloseable {
    private final SignalBook book;
    private final HostWatch host;
    private final @Nullable SeriesStore store;
    private final InstantSource clock;
    private volatile boolean ready;

    Signals(SeriesSettings settings, Home home, HostWatch host, SignalBook.Baselines baselines,
            SignalBook.Trends trends, Consumer<Notice> alarm, InstantSource clock) {
        this.host = host;
        this.clock = clock;
        book = new SignalBook(settings.every(), baselines, trends);
        book.from("host", this::ofThisMachine);
        store = settings.store() ? new SeriesStore(home.data(), home.cache(), settings, alarm, clock) : null;
        if (store == null) {
            ready = true;
        } else {
            remember(store);
        }
    }

    private void remember(SeriesStore kept) {
        book.into(new Notebook() {
            @Override
            public void noted(long at, List<Reading> readings) {
                kept.noted(at, readings);
            }

            @Override
            public void usual(Usual usual) {
                kept.usual(usual);
            }
        });
        kept.remembered(each -> book.restore(each.metric(), each.resource(), each.recent(), each.medians(),
                each.usual()), () -> ready = true);
    }

    private List<Reading> ofThisMachine() {
        var all = new ArrayList<>(host.readings());
        all.add(new Reading(Metric.GATEWAY_SAMPLING, share()));
        return all;
    }

    /// Which share of one processor all measuring takes.
    double share() {
        return host.share() + book.share();
    }

    /// Another model may answer under that name: what was usual is established anew.
    void replaced(String model) {
        book.anew(each -> each.resource().equals(model) && SignalSources.OF_MODELS.contains(each.metric()),
                clock.instant());
    }

    SignalBook book() {
        return book;
    }

    /// Writes what waits to be kept.
    void flush() {
        if (store != null) {
            store.flush();
        }
    }

    void tick(Instant now) {
        if (ready) {
            book.tick(now);
        }
    }

    @Override
    public void close() throws IOException {
        if (store != null) {
            store.close();
        }
    }
}
