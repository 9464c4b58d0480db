package dev.formulary.engine.store;

import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the log and operators of turns that are lost; nobody's call fails for it.
record TurnLosses(Consumer<Notice> alarm) implements HistoryFile.Losses {
    private static final Logger LOG = LoggerFactory.getLogger(TurnLosses.class);

    @Override
    public void damaged(String session, long no) {
        LOG.error("a kept turn is damaged or was changed, it is deleted session={} no={}", session, no);
        tell("history-damaged",
                "a turn that was kept is damaged or was changed by somebody; it has been deleted, the others are sent"
                        + " along");
    }

    @Override
    public void otherKey(long turns) {
        LOG.warn("kept turns were encrypted with another key, they are left out turns={}", turns);
        tell("history-other-key", turns + " kept turns were encrypted with another key and are left out; with that key"
                + " they can be read again, without it they go when their time is over");
    }

    @Override
    public void broken(Exception why) {
        LOG.error("kept turns are damaged as a whole, they are deleted and new ones begin reason={}", why.getMessage());
        tell("history-damaged", "the file of kept turns was damaged and has been deleted; sessions go on without what"
                + " was said before");
    }

    private void tell(String code, String message) {
        alarm.accept(new Notice("engine", Severity.WARNING, code, message));
    }
}
