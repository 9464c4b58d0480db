package dev.formulary.engine.boot;

import dev.formulary.engine.admin.Change;
import dev.formulary.engine.alert.Alerts;
import dev.formulary.engine.config.Complaint;
import dev.formulary.engine.config.Configuration;
import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.config.Discovery;
import dev.formulary.engine.config.ProviderChanges;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.Settings.ProviderEntry;
import dev.formulary.engine.config.Versions;
import dev.formulary.engine.config.Versions.Event;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the providers of `conf/formulary.yaml` while the gateway runs. A file that is not in order, or whose providers can't
/// be made, changes nothing; one whose providers fail although they had answered before gives way to the version before.
/// Thread-safe.
final class ConfigurationDesk {
    static final String STATE = "/admin/configuration";
    static final String HISTORY = "/admin/configuration/history";
    static final String ROLLBACK = "/admin/configuration/rollback";
    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationDesk.class);
    /// How long a file must stay as it is before it is read.
    private static final Duration SETTLE = Duration.ofMillis(200);

    /// Who makes the providers.
    @FunctionalInterface
    interface Follower {
        /// Follows as a whole or not at all. May block for as long as plug-ins take to start.
        ///
        /// @param news the ids of those that are new or have other settings
        /// @return what is wrong; empty when they serve
        List<String> follow(List<ProviderEntry> providers, Set<String> news);
    }

    /// What has become of the file as it stands there.
    enum State {
        /// It serves.
        SERVING,
        /// It never served.
        REFUSED,
        /// It did, and its providers failed.
        RETURNED
    }

    private record Serving(String text, List<ProviderEntry> providers) {
        String hash() {
            return Versions.hash(text);
        }
    }

    private record Told(State state, List<String> problems, List<String> restart) {}

    private final ConfigurationFile file;
    private final Settings started;
    private final Follower follower;
    private final Probation probation;
    private final Alerts alerts;
    private final Clock clock;
    private final LongSupplier nanos;
    private final List<ProviderEntry> found;
    private volatile Serving serving;
    private volatile Serving stable;
    private volatile Told told = new Told(State.SERVING, List.of(), List.of());
    /// What was seen last and dealt with, and what is seen now and may be still being written.
    private String handled;
    private String pending = "";
    private long pendingSince;

    /// @param started what the gateway has started with
    /// @param follower makes the providers
    /// @param nanos a clock like [System#nanoTime]
    ConfigurationDesk(ConfigurationFile file, Settings started, Follower follower, Probation probation, Alerts alerts,
            Clock clock, LongSupplier nanos) {
        this.file = file;
        this.started = started;
        this.follower = follower;
        this.probation = probation;
        this.alerts = alerts;
        this.clock = clock;
        this.nanos = nanos;
        String text = "";
        List<ProviderEntry> written = List.of();
        try {
            text = file.text();
            written = file.read(text).providers();
        } catch (ConfigurationException e) {
            LOG.debug("the file has been broken since the gateway read it", e);
        }
        handled = text;
        serving = new Serving(text, started.providers());
        stable = serving;
        found = without(started.providers(), written);
        file.served(Event.STARTED, text, file.owner(), "");
    }

    private static List<ProviderEntry> without(List<ProviderEntry> all, List<ProviderEntry> others) {
        Set<String> ids = ids(others);
        return all.stream().filter(each -> !ids.contains(each.id())).toList();
    }

    private static Set<String> ids(List<ProviderEntry> providers) {
        return providers.stream().map(ProviderEntry::id).collect(Collectors.toSet());
    }

    /// Catches up with the file, and with what became of its providers.
    ///
    /// @return true when it wants to be called again soon, to see whether the file is complete
    synchronized boolean reconcile() {
        probation.verdict().ifPresent(this::giveBack);
        if (probation.open().isEmpty()) {
            stable = serving;
        }
        String seen;
        List<String> problems = List.of();
        try {
            seen = file.text();
        } catch (ConfigurationException e) {
            problems = problems(e);
            seen = String.join("\n", problems);
        }
        if (!file.exists() && !serving.text().isEmpty()) {
            problems = List.of(Configuration.FILE + " is missing; write it again, empty if everything is to be preset");
            seen = problems.getFirst();
        }
        if (seen.equals(handled)) {
            pending = "";
            return false;
        }
        if (!seen.equals(pending)) {
            pending = seen;
            pendingSince = nanos.getAsLong();
            return true;
        }
        if (nanos.getAsLong() - pendingSince < SETTLE.toNanos()) {
            return true;
        }
        handled = seen;
        if (problems.isEmpty()) {
            take(seen, file.owner());
        } else {
            refuse(problems);
        }
        return false;
    }

    private void take(String text, String who) {
        Settings read;
        try {
            read = file.read(text);
        } catch (ConfigurationException e) {
            refuse(problems(e));
            return;
        }
        List<ProviderEntry> providers = providers(read);
        var changes = ProviderChanges.between(serving.providers(), providers);
        List<String> problems = changes.isEmpty() ? List.of() : follower.follow(providers, changes.news());
        if (!problems.isEmpty()) {
            refuse(problems);
            return;
        }
        if (!changes.isEmpty()) {
            probation.changed(changes.news(), ids(providers));
        }
        serving = new Serving(text, providers);
        told = new Told(State.SERVING, List.of(), started.sectionsUnlike(read));
        file.served(Event.CHANGED, text, who, changes.toString());
        LOG.info("configuration in use hash={} providers=\"{}\" needs_restart={}", serving.hash(), changes,
                told.restart());
    }

    /// What the file says, with what is found by itself; what was found once stays when it is only away for a moment.
    private List<ProviderEntry> providers(Settings read) {
        List<ProviderEntry> all = new ArrayList<>(Discovery.look(read, file.env()).settings().providers());
        if (read.discover()) {
            all.addAll(without(found, all));
        }
        return List.copyOf(all);
    }

    private static List<String> problems(ConfigurationException e) {
        return e.complaints().stream().map(Complaint::toString).toList();
    }

    private void refuse(List<String> problems) {
        told = new Told(State.REFUSED, List.copyOf(problems), List.of());
        problems.forEach(
                problem -> LOG.warn("configuration refused serving={} problem=\"{}\"", serving.hash(), problem));
    }

    private void giveBack(Probation.Convicted convicted) {
        String reason = "the provider '" + convicted.provider() + "' had answered before, and its first "
                + Probation.ATTEMPTS + " attempts since then failed, the last with "
                + convicted.cause().name().toLowerCase(Locale.ROOT);
        var changes = ProviderChanges.between(serving.providers(), stable.providers());
        List<String> problems = follower.follow(stable.providers(), changes.news());
        probation.returned();
        if (!problems.isEmpty()) {
            LOG.error("configuration can't return to={} reason=\"{}\" problems={}", stable.hash(), reason, problems);
            return;
        }
        LOG.warn("configuration returned to={} from={} reason=\"{}\"", stable.hash(), serving.hash(), reason);
        file.note(Event.RETURNED, stable.text(), "", changes.toString());
        serving = stable;
        told = new Told(State.RETURNED, List.of(reason), List.of());
    }

    /// Keeps alerts open while something is wrong. Call it every few seconds.
    void tick() {
        Told now = told;
        String problem = now.problems().isEmpty() ? "" : now.problems().getFirst();
        switch (now.state()) {
            case SERVING -> {
            }
            case REFUSED -> raise("configuration-refused", "the configuration is refused, the one before serves on: "
                    + problem);
            case RETURNED -> raise("configuration-returned", "the configuration before serves again until "
                    + Configuration.FILE + " changes: " + problem);
        }
    }

    private void raise(String code, String message) {
        alerts.raise(new Notice("engine", Severity.WARNING, code, message), clock.instant());
    }

    Map<String, Supplier<?>> documents() {
        return Map.of(STATE, this::document, HISTORY, file.versions()::all);
    }

    Map<String, Change> changes() {
        return Map.of(ROLLBACK, this::rollback);
    }

    /// For operators.
    Map<String, Object> document() {
        Told now = told;
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("state", now.state());
        shown.put("serving", serving.hash());
        shown.put("providers", serving.providers().stream().map(ProviderEntry::id).toList());
        shown.put("problems", now.problems());
        shown.put("needs_restart", now.restart());
        shown.put("on_probation", probation.open().stream().sorted().toList());
        shown.put("returns_to", stable.hash());
        return shown;
    }

    private synchronized Change.Result rollback(Map<String, String> said) {
        String who = RuleDesk.who(said);
        try {
            String hash = file.rollback(said.getOrDefault("to", ""), who);
            String text = file.text();
            handled = text;
            take(text, who);
            var done = new LinkedHashMap<>(document());
            done.put("hash", hash);
            done.put("accepted", told.state() == State.SERVING);
            return new Change.Result.Done(done);
        } catch (IllegalArgumentException | IOException | ConfigurationException e) {
            return new Change.Result.Refused("rollback_refused", Objects.toString(e.getMessage(), e.toString()));
        }
    }
}
