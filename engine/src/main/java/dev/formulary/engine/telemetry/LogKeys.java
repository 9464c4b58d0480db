package dev.formulary.engine.telemetry;

/// The keys of a line of the log in JSON, beside those that every line has.
public final class LogKeys {
    /// The call, by the id of its decision.
    public static final String DECISION = "decision";
    /// The model, as `provider/model`.
    public static final String MODEL = "model";
    /// The trace, 32 hexadecimal digits.
    public static final String TRACE = "trace_id";
    /// The call's span, 16 hexadecimal digits.
    public static final String SPAN = "span_id";

    private LogKeys() {}
}
