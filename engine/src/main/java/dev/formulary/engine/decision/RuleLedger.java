package dev.formulary.engine.decision;

import dev.formulary.engine.decision.RuleChange.Difference;
import dev.formulary.engine.decision.RuleChange.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The rule sets that were accepted, kept as files, and the history of the rules folder. Thread-safe.
///
/// What can't be written is told in the log and stops nothing: rules serve without it.
public final class RuleLedger {
    private static final Logger LOG = LoggerFactory.getLogger(RuleLedger.class);
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{4,64}");
    private static final int PROBLEMS = 5;

    private final Path folder;
    private final Clock clock;
    private final RuleArchive archive;
    private final RuleHistory history;
    private final RuleAttempts attempts;
    private final ReentrantLock turn = new ReentrantLock();

    /// @param folder where it is kept; made when it is missing
    /// @param clock says when something happened
    public RuleLedger(Path folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
        archive = new RuleArchive(folder);
        history = new RuleHistory(folder.resolve("history.jsonl"));
        attempts = new RuleAttempts(folder.resolve("attempts"));
    }

    /// The last 50 changes, the latest first. Reads a file.
    public List<RuleChange> history() {
        return locked(history::all).reversed();
    }

    /// The files of a rule set that is kept, by path relative to the rules folder. Reads a file.
    ///
    /// @param hash as decisions and reports tell it, in full
    public Optional<Map<String, byte[]>> files(String hash) {
        return locked(() -> find(item -> item.hash().equals(hash)).flatMap(archive::read));
    }

    /// The hash of the set that was accepted last, if one is kept. Reads a folder.
    public Optional<String> lastGood() {
        return good().stream().findFirst();
    }

    /// Which rule set is meant by a hash, its beginning, or a number of the history.
    ///
    /// @param target at least four hexadecimal digits, or a number
    public Meant meant(String target) {
        return locked(() -> byNumber(target).or(() -> byHash(target)).orElseGet(() -> new Meant.Unknown("there is no '"
                + clean(target) + "'; name a number of the history or the first digits of a hash")));
    }

    /// What is meant by the words of a user.
    public sealed interface Meant {
        /// @param hash in full, of a set that is kept
        record Known(String hash) implements Meant {}

        /// @param reason in words
        record Unknown(String reason) implements Meant {}
    }

    private Optional<Meant> byNumber(String target) {
        if (!NUMBER.matcher(target).matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(target);
        return history.all().stream().filter(change -> change.number() == number).findFirst()
                .map(change -> find(item -> item.hash().equals(change.hash())).<Meant>map(
                        item -> new Meant.Known(item.hash())).orElseGet(
                                () -> new Meant.Unknown("change " + number
                                        + (change.event() == Event.REFUSED
                                                ? " was refused and is not kept"
                                                : " is not kept any more"))));
    }

    private Optional<Meant> byHash(String target) {
        if (!HASH.matcher(target).matches()) {
            return Optional.empty();
        }
        List<String> hashes = archive.items().stream().map(RuleArchive.Item::hash)
                .filter(hash -> hash.startsWith(target)).toList();
        return switch (hashes.size()) {
            case 0 -> Optional.of(new Meant.Unknown("no rule set is kept whose hash begins with '" + target + "'"));
            case 1 -> Optional.of(new Meant.Known(hashes.getFirst()));
            default -> Optional.of(new Meant.Unknown("'" + target + "' fits " + hashes.size()
                    + " rule sets, give more digits"));
        };
    }

    /// Which sets were being tried when the process ended.
    RuleAttempts attempts() {
        return attempts;
    }

    /// Notes that a rule set serves. Nothing happens when it is the latest already.
    void accepted(Path rules, String hash, Map<String, byte[]> files) {
        noted(() -> {
            Optional<RuleArchive.Item> before = find(RuleArchive.Item::served);
            if (before.isPresent() && before.get().hash().equals(hash) && archive.read(before.get()).isPresent()) {
                return;
            }
            Map<String, byte[]> old = before.flatMap(archive::read).orElse(null);
            archive.save(hash, files, true);
            RuleChange last = last();
            if (last == null || last.event() != Event.ROLLED_BACK || !last.hash().equals(hash)) {
                add(Event.ACCEPTED, hash, files, old, Author.of(rules, files, old), List.of());
            }
        });
    }

    /// Notes that what stands in the folder is not in order; once for each content.
    void refused(Path rules, String hash, Map<String, byte[]> files, List<Problem> problems) {
        noted(() -> {
            RuleChange last = last();
            if (last == null || last.event() != Event.REFUSED || !last.hash().equals(hash)) {
                Map<String, byte[]> old = latest();
                add(Event.REFUSED, hash, files, old, Author.of(rules, files, old), problems);
            }
        });
    }

    /// Keeps what stands in the folder, unless it is kept already.
    void keep(Path rules, String hash, Map<String, byte[]> files) throws IOException {
        turn.lock();
        try {
            if (!files.isEmpty() && find(item -> item.hash().equals(hash)).flatMap(archive::read).isEmpty()) {
                archive.save(hash, files, false);
                Map<String, byte[]> old = latest();
                add(Event.KEPT, hash, files, old, Author.of(rules, files, old), List.of());
            }
        } finally {
            turn.unlock();
        }
    }

    /// Notes that a set was put back.
    void rolledBack(String hash, Map<String, byte[]> files, Map<String, byte[]> before, String who) {
        noted(() -> add(Event.ROLLED_BACK, hash, files, before, who, List.of()));
    }

    /// The hashes of the sets that were accepted, the latest first.
    List<String> good() {
        return locked(() -> archive.items().stream().filter(RuleArchive.Item::served).map(RuleArchive.Item::hash)
                .toList());
    }

    FolderRestore restore(Path rules) {
        return new FolderRestore(rules, folder);
    }

    /// A name for a backup folder that none has had.
    String backupName(String hash) {
        String name = clock.instant().toString().replaceAll("[^0-9TZ]", "-") + "-before-" + hash.substring(0, 8);
        int count = 1;
        while (Files.exists(folder.resolve("backup").resolve(count == 1 ? name : name + "-" + count))) {
            count++;
        }
        return count == 1 ? name : name + "-" + count;
    }

    private Optional<RuleArchive.Item> find(Predicate<RuleArchive.Item> wanted) {
        return archive.items().stream().filter(wanted).findFirst();
    }

    private @Nullable Map<String, byte[]> latest() {
        return archive.items().stream().filter(RuleArchive.Item::served).flatMap(item -> archive.read(item).stream())
                .findFirst().orElse(null);
    }

    private @Nullable RuleChange last() {
        List<RuleChange> all = history.all();
        return all.isEmpty() ? null : all.getLast();
    }

    private void add(Event event, String hash, Map<String, byte[]> files, @Nullable Map<String, byte[]> before,
            String who, List<Problem> problems) throws IOException {
        RuleChange last = last();
        Map<String, byte[]> old = before == null ? Map.of() : before;
        history.add(new RuleChange(last == null ? 1 : last.number() + 1, clock.instant(), event, hash,
                Manifest.of(files), who, RuleDelta.files(old, files),
                before == null ? Difference.NONE : RuleDelta.rules(old, files),
                problems.stream().limit(PROBLEMS).map(Problem::toString).toList()));
    }

    private interface Task {
        void run() throws IOException;
    }

    private interface Answer<T> {
        T get();
    }

    private void noted(Task task) {
        turn.lock();
        try {
            task.run();
        } catch (IOException | RuntimeException e) {
            LOG.warn("the history of the rules can't be kept cause={}", e.toString());
        } finally {
            turn.unlock();
        }
    }

    private <T> T locked(Answer<T> answer) {
        turn.lock();
        try {
            return answer.get();
        } finally {
            turn.unlock();
        }
    }

    private static String clean(String text) {
        return Stream.of(text).filter(one -> one.length() <= 80).findFirst().orElse("(long)");
    }
}
