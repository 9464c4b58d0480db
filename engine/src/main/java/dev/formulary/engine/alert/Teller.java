package dev.formulary.engine.alert;

/// Who carries to channels what they are told. Thread-safe.
public interface Teller {

    /// Takes something that is to be told. It must not block. What it has taken before, perhaps in a former process, it takes again
    /// without telling it again.
    ///
    /// @param kept to be called when it is written down and can't be lost any more
    /// @return whether there is room; if not, it is handed over again later
    boolean take(Telling telling, Runnable kept);
}
