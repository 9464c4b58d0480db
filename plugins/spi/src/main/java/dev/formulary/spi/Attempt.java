package dev.formulary.spi;

import java.time.Duration;

/// One try at answering one call: its time and whether it is still wanted. Thread-safe.
public interface Attempt {

    /// The gateway's id of the call, for the vendor's request-id header and for logs.
    String callId();

    /// Time left until nobody waits for the answer any more; zero or negative when it has passed.
    Duration remaining();

    /// The longest wait for the first byte of the answer; never more than [#remaining].
    Duration firstByte();

    /// True once the caller has gone or another attempt has won.
    boolean cancelled();

    /// Registers what lets go of the vendor. Runs at most once, on any thread, and at once if already cancelled; it must
    /// not block. The last registration replaces the ones before.
    void onCancel(Runnable release);
}
