package dev.formulary.engine.alert;

import dev.formulary.engine.alert.OpenAlert.Acknowledgement;
import dev.formulary.engine.config.AlertScope;
import dev.formulary.engine.config.AlertSettings;
import dev.formulary.engine.facts.Notice;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What rules and the engine want somebody to know. Notices of one rule with one code of one resource are one alert, which opens
/// when it is so for long enough, and is over when it was not so for long enough. Time is only what it is told. All of it is
/// written down before somebody is told of it, so that nothing is forgotten or told anew when the process is killed; where it
/// can't be written down it is told all the same. Thread-safe.
public final class Alerts implements AutoCloseable {
    /// How many alerts are open. When there are as many, the least severe and among those the oldest makes room for one
    /// that is at least as severe; others are counted and forgotten.
    public static final int MOST = 500;
    /// How many may be pending.
    public static final int MOST_PENDING = 1_000;
    /// How many silences there can be.
    public static final int MOST_SILENCES = 200;
    /// How long an alert stays open without being raised, unless said otherwise.
    public static final Duration RESOLVE_AFTER = Duration.ofMinutes(5);
    /// Where they are kept, in the data folder.
    public static final String FILE = "alerts.tsv";
    /// Where those that are over are kept, in the data folder.
    public static final String HISTORY = "alert-history.tsv";

    private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);
    private static final Comparator<OpenAlert> WORST = Comparator.comparing(OpenAlert::severity)
            .thenComparing(OpenAlert::lastSeen).reversed();

    private final Ward ward;

    /// Without channels and files.
    ///
    /// @param resolveAfter how long an alert stays open without being raised
    public Alerts(Duration resolveAfter) {
        this(new Ward(AlertSettings.USUAL, resolveAfter, null, new SecureRandom()));
    }

    private Alerts(Ward ward) {
        this.ward = ward;
    }

    /// With what an earlier process has kept.
    ///
    /// @param data where it is kept
    /// @param random makes ids
    public static Alerts open(AlertSettings settings, Path data, RandomGenerator random, Instant now) {
        var ward = new Ward(settings, RESOLVE_AFTER, data, random);
        ward.restore(now);
        return new Alerts(ward);
    }

    /// Who carries to channels what they are to be told: from now on, and what could not be told yet.
    public void tellBy(Teller teller) {
        ward.outgoing.tellBy(teller);
    }

    /// Who wants to know at once what becomes of alerts, whoever else is told: first of those that are open, as if they opened now.
    /// It must not block, and not ask for anything here.
    public void follow(Consumer<AlertChange> watcher) {
        ward.follow(watcher);
    }

    /// Takes something that a call or the engine has found. It opens an alert at once or when it was raised for long enough, and is
    /// over when it was not raised for long enough. Channels are told at the next tick.
    public void raise(Notice notice, Instant at) {
        Instant now = whole(at);
        Incident known = ward.cases.known(AlertKey.of(notice));
        if (known == null || !known.again(notice, now)) {
            ward.run(() -> ward.cases.found(notice, now, false));
        }
    }

    /// Takes all that rules which watch find now; what they found before and do not now is so no more. Call it on each of their
    /// ticks, also when they find nothing.
    public void observe(List<Notice> found, Instant at) {
        ward.run(() -> ward.cases.observed(found, whole(at)));
    }

    /// Closes alerts that were not raised for long enough, and tells what is to be told. Call it every few seconds or more often; it
    /// may block for as long as a small file takes to be written.
    public void tick(Instant at) {
        ward.run(() -> ward.cases.expire(whole(at)));
        ward.settle(whole(at));
    }

    private static Instant whole(Instant time) {
        return time.truncatedTo(ChronoUnit.MILLIS);
    }

    /// Somebody takes note of open alerts. It is forgotten when an alert gets worse or is resolved, and nobody else is told of an
    /// alert until then.
    ///
    /// @param which the alerts
    /// @param by who, in their own words
    /// @param note what they say of it; empty for nothing
    /// @return of how many nobody had taken note yet
    public int acknowledge(Predicate<OpenAlert> which, String by, String note, Instant at) {
        int noted = ward.settled(whole(at), () -> {
            List<Incident> chosen = chosen(each -> each.acknowledged == null && which.test(each.shown()));
            chosen.forEach(each -> {
                each.acknowledged = new Acknowledgement(by, whole(at), note);
                ward.herald.acknowledged(each);
            });
            return chosen.size();
        });
        LOG.info("alerts acknowledged by=\"{}\" count={}", by, noted);
        return noted;
    }

    /// Somebody takes note of the open alerts of a code, or of all.
    ///
    /// @param code whose alerts; null for all
    public int acknowledge(@Nullable String code, String by, Instant at) {
        return acknowledge(each -> code == null || code.equals(each.code()), by, "", at);
    }

    private List<Incident> chosen(Predicate<Incident> which) {
        return ward.cases.open.values().stream().filter(which).sorted(Comparator.comparing(each -> each.key
                .toString())).toList();
    }

    /// For some time nothing is told of some alerts.
    ///
    /// @param note why; empty for no reason
    /// @return nothing when there are as many as there can be
    public Optional<Silence> silence(AlertScope scope, Instant until, String by, String note, Instant at) {
        return ward.settled(whole(at), () -> Optional.ofNullable(ward.silences.add(scope, whole(until), by, note,
                whole(at))));
    }

    /// Ends a silence.
    ///
    /// @return whether there was one
    public boolean unsilence(String id, Instant at) {
        return ward.settled(whole(at), () -> ward.silences.remove(id));
    }

    /// Somebody ends open alerts that nobody will say are over. What rules that watch find goes on, as they would open it again.
    ///
    /// @return how many were ended
    public int resolve(Predicate<OpenAlert> which, String by, Instant at) {
        return ward.settled(whole(at), () -> {
            List<Incident> chosen = chosen(each -> !each.watched && which.test(each.shown()));
            chosen.forEach(each -> {
                each.close();
                ward.cases.close(each, "by hand: " + by, whole(at));
            });
            return chosen.size();
        });
    }

    /// Codes of the open alerts; an immutable snapshot.
    public Set<String> openCodes() {
        return ward.codes();
    }

    /// The open alerts, the worst first and among those the latest.
    public List<OpenAlert> open() {
        return ward.locked(() -> ward.cases.open.values().stream().map(Incident::shown).sorted(WORST).toList());
    }

    /// What is not so for long enough yet, the oldest first.
    public List<OpenAlert> pending() {
        return ward.locked(() -> ward.cases.pending.values().stream().map(Pending::shown).toList());
    }

    /// The silences that hold.
    public List<Silence> silences() {
        return ward.locked(() -> List.copyOf(ward.silences.all()));
    }

    /// The latest alerts that are over, the newest first.
    public List<ClosedAlert> history() {
        return ward.history.latest();
    }

    /// What is known of each rule and code, as far as the history goes back.
    public List<RuleStatistics> statistics(Instant at) {
        List<ClosedAlert> open = ward.locked(() -> ward.cases.open.values().stream()
                .map(each -> ClosedAlert.of(each, "", whole(at))).toList());
        return RuleStatistics.of(ward.history.latest(), open, at);
    }

    /// How many alerts found no room.
    public long dropped() {
        return ward.cases.dropped();
    }

    /// How many events were lost that should have been told.
    public long lost() {
        return ward.outgoing.lost();
    }

    /// Writes down what is left.
    @Override
    public void close() {
        ward.close();
    }
}
