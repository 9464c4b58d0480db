package dev.formulary.engine.route;

import dev.formulary.engine.dispatch.Opened;
import dev.formulary.engine.facts.Decision;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A call on its way to a model.
///
/// @param keys under which its answer may be kept, or null
/// @param check what its answer is held to, or null
record Serving(Received received, Decision.Allow allow, Replay.@Nullable Keys keys, Recording recording,
        @Nullable Handing handing, @Nullable Check check) {

    /// Headers of an answer by that model, which may have taken the session over.
    Map<String, String> headers(Opened opened) {
        Map<String, String> headers = Answers.headers(allow);
        String told = handing == null ? "" : handing.told(opened);
        Handing.tell(told, headers);
        Recollection.tell(received, headers);
        recording.handedOver(told);
        return headers;
    }

    /// An answer to a question with a hand-over is no answer to the plain one, nor is one that was kept short for want of money.
    Replay.@Nullable Keys keeping(Opened opened) {
        boolean plain = handing == null || handing.told(opened).isEmpty();
        return plain && !opened.shortOfMoney() ? keys : null;
    }
}
