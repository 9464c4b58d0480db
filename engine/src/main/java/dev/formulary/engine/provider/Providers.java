package dev.formulary.engine.provider;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.Settings.ProviderEntry;
import dev.formulary.engine.transport.Threads;
import dev.formulary.spi.Assessor;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All providers, from the JARs of one folder. Thread-safe.
///
/// A JAR put into the folder serves once it has stayed as it is for 0.2 s. A replaced one serves first and then drains the
/// version before; one that can't be loaded leaves the version before in place and is not tried again until the file
/// changes. A JAR that is missing for 0.5 s is retired. Nothing that a plug-in does in its code fails more than its own
/// calls.
public final class Providers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Providers.class);
    private static final ThreadFactory REFRESHERS = Threads.virtual("models");

    private record Snapshot(Map<String, Slot> slots, List<Assessor> assessors, List<Generation> live,
            List<PluginStatus> refused) {}

    private final Timing timing;
    private final Loading loading;
    private final Reconciler reconciler;
    private final Retirement retirement;
    private final LoaderWatch watch = new LoaderWatch();
    private final ReentrantLock owner = new ReentrantLock();
    private final ReentrantLock publishing = new ReentrantLock();
    private volatile Snapshot snapshot = new Snapshot(Map.of(), List.of(), List.of(), List.of());
    private volatile Map<String, List<ModelCard>> cards = Map.of();
    private boolean closed;
    private boolean folderLost;

    /// @param pluginsFolder where the JARs are put; made when it is missing
    /// @param workFolder a folder of the gateway's own, emptied now
    /// @param entries the configured providers
    /// @param settings which JARs may be loaded
    /// @param http what providers send requests with
    /// @param listener told of every change, on the thread that makes it; it must not block
    /// @param catalogue what else is known of models
    /// @throws IOException when a folder can't be made or read
    public Providers(Path pluginsFolder, Path workFolder, List<ProviderEntry> entries, Settings.Plugins settings,
            HttpTransport http, Consumer<PluginEvent> listener, Supplier<CardCatalogue> catalogue) throws IOException {
        this(pluginsFolder, workFolder, entries, settings, http, listener, catalogue, Timing.STANDARD);
    }

    Providers(Path pluginsFolder, Path workFolder, List<ProviderEntry> entries, Settings.Plugins settings,
            HttpTransport http, Consumer<PluginEvent> listener, Timing timing) throws IOException {
        this(pluginsFolder, workFolder, entries, settings, http, listener, () -> CardCatalogue.EMPTY, timing);
    }

    Providers(Path pluginsFolder, Path workFolder, List<ProviderEntry> entries, Settings.Plugins settings,
            HttpTransport http, Consumer<PluginEvent> listener, Supplier<CardCatalogue> catalogue, Timing timing)
            throws IOException {
        this.timing = timing;
        var reports = new Reports(listener);
        var staging = new Staging(workFolder);
        this.loading = new Loading(staging, entries, settings, http, timing, watch, catalogue);
        this.retirement = new Retirement(watch, timing, reports);
        this.reconciler = new Reconciler(new JarFolder(Files.createDirectories(pluginsFolder), timing), staging,
                loading,
                reports);
    }

    /// Brings the providers in line with the folder. May take as long as plug-ins take to start, up to their limits;
    /// calls are answered meanwhile. Call it when the folder changes and every other second.
    ///
    /// @return true when it wants to be called again in about 100 ms, to see whether a file is complete or really gone
    public boolean reconcile() {
        owner.lock();
        try {
            if (closed) {
                return false;
            }
            Reconciler.Result result = reconciler.reconcile();
            folderLost = false;
            publish();
            result.retired().forEach(generation -> retirement.begin(generation, timing.drain()));
            result.rejected().forEach(retirement::discard);
            reconciler.sweep(retirement.draining());
            return result.again();
        } catch (IOException e) {
            if (!folderLost) {
                LOG.error("plug-in folder can't be read; what serves goes on error={}", e.toString());
            }
            folderLost = true;
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        } finally {
            owner.unlock();
        }
    }

    /// Follows another configuration, as a whole or not at all. Plug-ins whose providers it concerns are loaded once more beside
    /// those that serve, which then drain as after a change of the file; calls are answered meanwhile.
    ///
    /// @return what is wrong with it; empty when it serves
    public List<String> configure(List<ProviderEntry> entries) throws InterruptedException {
        owner.lock();
        try {
            Reconfiguration.Trial trial = closed
                    ? new Reconfiguration.Trial(List.of(), List.of("the gateway stops"))
                    : Reconfiguration.tried(loading, reconciler.live(), entries);
            if (!trial.problems().isEmpty()) {
                trial.made().forEach(retirement::discard);
                return trial.problems();
            }
            loading.configure(entries);
            List<Generation> retired = reconciler.replace(trial.made());
            publish();
            retired.forEach(generation -> retirement.begin(generation, timing.drain()));
            return List.of();
        } finally {
            owner.unlock();
        }
    }

    private void publish() {
        var slots = new HashMap<String, Slot>();
        List<Generation> live = reconciler.live();
        live.forEach(generation -> generation.slots().forEach(slot -> slots.put(slot.id(), slot)));
        List<Assessor> assessors = live.stream().<Assessor>flatMap(each -> each.opened().assessors().stream())
                .sorted(Comparator.comparing(Assessor::name)).toList();
        snapshot = new Snapshot(Map.copyOf(slots), assessors, live, reconciler.refused());
        publishCards();
    }

    /// Keeps the map that was published before when nothing has changed.
    private void publishCards() {
        publishing.lock();
        try {
            var byProvider = new TreeMap<String, List<ModelCard>>();
            snapshot.slots.forEach((id, slot) -> byProvider.put(id, slot.cards()));
            if (!byProvider.equals(cards)) {
                cards = Collections.unmodifiableMap(byProvider);
            }
        } finally {
            publishing.unlock();
        }
    }

    /// Takes a provider for one call. Does not block.
    ///
    /// @return to be closed when the answer has been; null when there is no provider of that name
    public @Nullable Lease acquire(String providerId) {
        Slot slot = snapshot.slots.get(providerId);
        while (slot != null && !slot.enter()) {
            // It was replaced in between; the snapshot has its successor already.
            Thread.onSpinWait();
            slot = snapshot.slots.get(providerId);
        }
        return slot == null ? null : new Lease(slot);
    }

    /// Makes providers of a kind that nobody but the caller can ask, and that are in no list.
    ///
    /// @param settings by the provider's id
    /// @return to be closed; null when no plug-in that serves has a provider of that kind
    /// @throws ProviderException when one can't be made
    public @Nullable Guests guests(String kind, Map<String, Map<String, Object>> settings)
            throws ProviderException, InterruptedException {
        for (Generation generation : snapshot.live) {
            for (Slot anchor : generation.slots()) {
                if (anchor.kind().equals(kind) && anchor.enter()) {
                    return guests(generation, anchor, settings);
                }
            }
        }
        return null;
    }

    private Guests guests(Generation generation, Slot anchor, Map<String, Map<String, Object>> settings)
            throws ProviderException, InterruptedException {
        boolean made = false;
        try {
            var guests = new Guests(loading.guests(generation.opened(), anchor.kind(), settings), anchor,
                    timing.close());
            made = true;
            return guests;
        } catch (Refusal e) {
            throw new ProviderException(FailureCategory.CONFIGURATION, e.reason(), 0, null, e);
        } finally {
            if (!made) {
                anchor.exit();
            }
        }
    }

    /// The models of every provider, by the provider's name in alphabetical order: what the provider listed last, with
    /// what the configuration says. The same map until something changes.
    public Map<String, List<ModelCard>> cards() {
        return cards;
    }

    /// The assessors that plug-ins bring, by name; each is bounded in time and refuses once it has been unloaded.
    public List<Assessor> assessors() {
        return snapshot.assessors;
    }

    /// Asks all providers for their models again and returns at once. A provider that fails or takes longer than ten
    /// seconds keeps the list that it has; one that is still being asked is not asked twice.
    public void refreshModels() {
        for (Slot slot : snapshot.slots.values()) {
            if (slot.beginRefresh()) {
                REFRESHERS.newThread(() -> refresh(slot)).start();
            }
        }
    }

    /// Completes all cards again, after the catalogue has changed.
    public void completeAgain() {
        snapshot.slots.values().forEach(Slot::completeAgain);
        publishCards();
    }

    private void refresh(Slot slot) {
        try {
            slot.refresh(timing.models());
            publishCards();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            slot.endRefresh();
        }
    }

    /// The settings that each kind of provider understands, by kind in alphabetical order; none for one that does not declare
    /// them.
    public Map<String, List<Setting>> settings() {
        var byKind = new TreeMap<String, List<Setting>>();
        snapshot.live.forEach(generation -> byKind.putAll(generation.opened().declared()));
        return byKind;
    }

    /// What has become of every file, those that serve first.
    public List<PluginStatus> status() {
        Snapshot now = snapshot;
        var all = new ArrayList<PluginStatus>();
        now.live.forEach(generation -> all.add(generation.status(false)));
        all.addAll(now.refused);
        retirement.draining().forEach(generation -> all.add(generation.status(true)));
        return List.copyOf(all);
    }

    /// How many class loaders of unloaded plug-ins are still in memory. A few are normal until the next garbage
    /// collection; a number that only grows means that a plug-in leaves threads or hooks behind.
    public int leakedLoaders() {
        return watch.alive();
    }

    /// Unloads all plug-ins. Calls under way get a few seconds; by then the servers should have drained.
    @Override
    public void close() {
        owner.lock();
        try {
            closed = true;
            List<Generation> all = reconciler.takeAll();
            publish();
            Duration drain = timing.close().compareTo(timing.drain()) < 0 ? timing.close() : timing.drain();
            all.forEach(generation -> retirement.begin(generation, drain));
            retirement.awaitAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            owner.unlock();
        }
    }
}
