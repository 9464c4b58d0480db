package dev.formulary.engine.alert;

import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import java.time.Instant;

/// What is not so for long enough to be an alert.
///
/// @param last when it was seen last
/// @param watched whether rules that watch find it
record Pending(AlertKey key, Severity severity, String message, Instant since, Instant last, long count,
        boolean watched) {

    static Pending of(Notice notice, Instant now, boolean watched) {
        return new Pending(AlertKey.of(notice), notice.severity(), notice.message(), now, now, 1, watched);
    }

    Pending again(Notice notice, Instant now, boolean byWatch) {
        return new Pending(key, notice.severity(), notice.message(), since.isAfter(now) ? now : since, now, count + 1,
                watched || byWatch);
    }

    OpenAlert shown() {
        return new OpenAlert(key.rule(), key.code(), key.resource(), severity, message, since, last, count, null,
                OpenAlert.State.PENDING, "", false, java.util.List.of());
    }
}
