package dev.formulary.engine.boot;

import dev.formulary.engine.admin.Change;
import dev.formulary.engine.disk.SavedLines;
import dev.formulary.engine.route.Aliases;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Shows what names of models mean, lets an operator choose what `auto` means, and keeps that over a restart. Thread-safe.
final class AliasDesk {
    static final String SHOWN = "/admin/aliases";
    static final String AUTO = "/admin/aliases/auto";
    private static final Logger LOG = LoggerFactory.getLogger(AliasDesk.class);

    private final Aliases aliases;
    private final SavedLines saved;
    private final ReentrantLock choosing = new ReentrantLock();

    /// @param file where it is kept what was chosen
    AliasDesk(Map<String, String> configured, Path file) {
        aliases = new Aliases(configured);
        saved = new SavedLines(file, "what auto means");
        try {
            saved.read().stream().findFirst().ifPresent(this::restore);
        } catch (IOException e) {
            LOG.warn("auto means auto again, since its file can't be read file={} cause={}", file, e.toString());
        }
    }

    private void restore(String option) {
        if (!aliases.choose(option)) {
            LOG.warn("auto means auto again, since there is no alias any more that was chosen for it alias={}",
                    RuleDesk.name(option));
        }
    }

    Aliases aliases() {
        return aliases;
    }

    /// Lets `auto` mean an alias, or itself.
    ///
    /// @param by who chose, in their own words
    /// @return false when that is none of the options
    boolean choose(String option, String by) {
        choosing.lock();
        try {
            if (!aliases.choose(option)) {
                LOG.warn("auto can't mean that alias={} by=\"{}\" options={}", RuleDesk.name(option), by,
                        aliases.options());
                return false;
            }
            saved.save(List.of(option));
            LOG.info("auto means something else alias={} by=\"{}\"", option, by);
            return true;
        } finally {
            choosing.unlock();
        }
    }

    Map<String, Supplier<?>> documents() {
        return Map.of(SHOWN, this::document);
    }

    private Map<String, Object> document() {
        return new TreeMap<>(Map.of("auto", aliases.chosen(), "auto_may_mean", aliases.options(), "aliases",
                new TreeMap<>(aliases.configured())));
    }

    Map<String, Change> changes() {
        return Map.of(AUTO, this::choose);
    }

    private Change.Result choose(Map<String, String> said) {
        String option = said.getOrDefault("means", "");
        return choose(option, RuleDesk.who(said))
                ? new Change.Result.Done(document())
                : new Change.Result.Refused("no_such_alias", "'means' must be one of "
                        + String.join(", ", aliases.options()));
    }
}
