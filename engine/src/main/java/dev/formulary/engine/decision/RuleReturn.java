package dev.formulary.engine.decision;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts a rule set of the ledger back into the rules folder. Not thread-safe.
final class RuleReturn {
    private static final Logger LOG = LoggerFactory.getLogger(RuleReturn.class);

    private final Path rules;
    private final RuleFolder folder;
    private final RuleSetBuilder builder;
    private final RuleLedger ledger;

    RuleReturn(Path rules, RuleFolder folder, RuleSetBuilder builder, RuleLedger ledger) {
        this.rules = rules;
        this.folder = folder;
        this.builder = builder;
        this.ledger = ledger;
    }

    /// @return why nothing was changed; empty when the set is back in the folder
    Optional<String> to(String target, String who) throws IOException {
        return switch (ledger.meant(target)) {
            case RuleLedger.Meant.Unknown(String reason) -> Optional.of(reason);
            case RuleLedger.Meant.Known(String hash) -> back(hash, who);
        };
    }

    private Optional<String> back(String hash, String who) throws IOException {
        Map<String, byte[]> wanted = ledger.files(hash).orElse(null);
        if (wanted == null) {
            return Optional.of("what is kept of rule set " + hash + " is damaged");
        }
        RuleSetBuilder.Built built = builder.build(RuleFolder.contents(new TreeMap<>(wanted), new ArrayList<>()));
        if (built.ruleSet() == null) {
            return Optional.of("rule set " + hash + " is not in order any more: " + built.problems().getFirst());
        }
        RuleFolder.Survey survey = folder.survey();
        RuleFolder.Contents present = folder.read(survey);
        if (present.hash().equals(hash) && present.files().keySet().equals(survey.stamps().keySet())) {
            return Optional.of("the rules folder holds rule set " + hash + " already");
        }
        ledger.keep(rules, present.hash(), present.files());
        ledger.restore(rules).restore(hash, wanted, survey.stamps().keySet(), ledger.backupName(hash));
        ledger.rolledBack(hash, wanted, present.files(), who);
        LOG.info("rules put back hash={} who=\"{}\"", hash, who);
        return Optional.empty();
    }

    /// Finishes what was cut off half-way, before anybody looks at the folder.
    void finish() {
        FolderRestore restore = ledger.restore(rules);
        String hash = restore.begun().orElse("");
        if (hash.isEmpty()) {
            return;
        }
        try {
            Map<String, byte[]> wanted = ledger.files(hash).orElse(null);
            if (wanted == null) {
                restore.done();
            } else {
                restore.restore(hash, wanted, folder.survey().stamps().keySet(), ledger.backupName(hash));
            }
            LOG.warn("a rollback was cut off and is finished now hash={} done={}", hash, wanted != null);
        } catch (IOException e) {
            LOG.error("a rollback that was cut off can't be finished hash={}", hash, e);
        }
    }
}
