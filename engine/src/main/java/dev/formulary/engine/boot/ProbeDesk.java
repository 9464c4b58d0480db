package dev.formulary.engine.boot;

import dev.formulary.engine.admission.Budgets;
import dev.formulary.engine.admission.Lanes;
import dev.formulary.engine.admission.Limits;
import dev.formulary.engine.alert.Alerts;
import dev.formulary.engine.config.BudgetTerms;
import dev.formulary.engine.config.Probe;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.Settings.ProviderEntry;
import dev.formulary.engine.dispatch.AttemptListener;
import dev.formulary.engine.dispatch.Breakers;
import dev.formulary.engine.dispatch.ChatProbe;
import dev.formulary.engine.dispatch.ProbeListener;
import dev.formulary.engine.dispatch.Prober;
import dev.formulary.engine.dispatch.ProviderDirectory;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.telemetry.ProbeMeters;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Shows how models are probed, what came of it and what it cost; keeps what may be spent on it. Thread-safe.
final class ProbeDesk implements ProbeListener {
    /// Of more models the latest probe is not shown.
    private static final int MOST = 1_000;

    private final Budgets cap;
    private final Supplier<List<ProviderEntry>> entries;
    private final ProbeMeters meters;
    private final Alerts alerts;
    private final Clock clock;
    private final Map<String, Latest> latest = new ConcurrentHashMap<>();
    private volatile @Nullable Prober prober;

    /// @param entries how providers are probed
    /// @param file where it is kept what was spent
    ProbeDesk(Settings.Probes settings, Supplier<List<ProviderEntry>> entries, Path file, ProbeMeters meters,
            Alerts alerts, Clock clock) {
        cap = new Budgets(List.of(new Settings.BudgetEntry("probe", "total", settings.budget(), "day",
                BudgetTerms.USUAL)), file, clock);
        this.entries = entries;
        this.meters = meters;
        this.alerts = alerts;
        this.clock = clock;
    }

    /// How the latest probe of a model, or of a provider's list, went.
    ///
    /// @param asked `provider/model`, or the provider
    /// @param result `answered`, the class of the failure, or why no chat was had
    record Latest(String asked, Probe.How how, Instant at, String result, long costMicros) {}

    /// How a provider is probed.
    record Line(String provider, Probe.How how, long everySeconds, Probe.Which which) {}

    /// Who probes.
    ///
    /// @param calls hears what vendors say of their limits
    Prober prober(ProviderDirectory directory, Breakers breakers, Lanes lanes, Budgets budgets, Limits limits,
            AttemptListener calls, ExecutorService executor, Supplier<List<Candidate>> candidates) {
        var chats = new ChatProbe(directory, breakers, lanes, budgets, limits, cap, calls, clock);
        var made = new Prober(directory, breakers, executor, this::settings, candidates, chats, this);
        prober = made;
        return made;
    }

    /// Probes all providers now. Does not wait.
    void now() {
        Prober known = prober;
        if (known != null) {
            known.now();
        }
    }

    /// The providers of the configuration.
    List<String> providers() {
        return entries.get().stream().map(ProviderEntry::id).toList();
    }

    /// The latest probe of a provider's list, or of any of its models; null when none is known.
    @Nullable
    Latest latest(String provider) {
        return latest.values().stream().filter(each -> providerOf(each.asked()).equals(provider))
                .max(Comparator.comparing(Latest::at)).orElse(null);
    }

    /// What probes by chat cost today (UTC), in micro-dollars.
    long spentMicros() {
        return cap.snapshot().getFirst().spent();
    }

    void save() {
        cap.save();
    }

    private Probe settings(String provider) {
        return entries.get().stream().filter(each -> each.id().equals(provider)).map(ProviderEntry::probe).findFirst()
                .orElse(Probe.USUAL);
    }

    @Override
    public void probed(String asked, Probe.How how, @Nullable FailureClass failure, long costMicros) {
        String result = failure == null ? "answered" : failure.name().toLowerCase(Locale.ROOT);
        meters.probed(providerOf(asked), how.name().toLowerCase(Locale.ROOT), result, costMicros);
        remember(new Latest(asked, how, clock.instant(), result, costMicros));
    }

    @Override
    public void spared(String model, String why) {
        meters.probed(providerOf(model), "chat", "spared", 0);
        remember(new Latest(model, Probe.How.CHAT, clock.instant(), why, 0));
        boolean spent = why.equals(ChatProbe.USED_UP);
        alerts.raise(new Notice("engine", spent ? Severity.WARNING : Severity.INFO,
                spent ? "probe-budget-used-up" : "probe-without-chat-" + providerOf(model),
                spent
                        ? "what chats may cost that probe models is used up for today (UTC); providers are asked for"
                                + " their lists of models instead, which says less"
                        : "the model " + model + " is not probed by a chat: " + why),
                clock.instant());
    }

    private static String providerOf(String asked) {
        int slash = asked.indexOf('/');
        return slash < 0 ? asked : asked.substring(0, slash);
    }

    private void remember(Latest probe) {
        if (latest.size() < MOST || latest.containsKey(probe.asked())) {
            latest.put(probe.asked(), probe);
        }
    }

    Map<String, Supplier<?>> documents() {
        return Map.of("/admin/probes", this::document);
    }

    private Shown.Probes document() {
        return new Shown.Probes(ChatProbe.TENANT, cap.snapshot().getFirst(), entries.get().stream()
                .map(each -> new Line(each.id(), each.probe().how(), each.probe().every().toSeconds(),
                        each.probe().which()))
                .toList(), latest.values().stream().sorted((one, other) -> other.at().compareTo(one.at())).toList());
    }
}
