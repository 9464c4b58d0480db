package dev.formulary.engine.house;

import java.time.Instant;
import java.util.LinkedHashMap;

/// Calls that another model answered than the one that was asked first.
///
/// @param from `provider/model` that failed
/// @param to `provider/model` that answered
/// @param cause why the first failed, in one word
/// @param calls how many, since it was last told
/// @param at of the latest
public record Failover(String from, String to, String cause, long calls, Instant at) {

    Happening happening() {
        var members = new LinkedHashMap<String, Object>();
        members.put("from", from);
        members.put("to", to);
        members.put("cause", cause);
        members.put("calls", calls);
        members.put("at", at.toString());
        return new Happening(Happening.PROVIDERS, "failover", members);
    }
}
