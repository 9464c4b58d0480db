package dev.formulary.engine.alert;

import dev.formulary.engine.config.AlertScope;
import dev.formulary.engine.facts.Notice;

/// What makes notices one alert.
record AlertKey(String rule, String code, String resource) {
    static AlertKey of(Notice notice) {
        return new AlertKey(notice.rule(), notice.code(), notice.resource());
    }

    /// Events that are about the same are told in the order in which they happened.
    String about() {
        return code + "\n" + rule;
    }

    boolean isIn(AlertScope scope) {
        return scope.covers(rule, code, resource);
    }
}
