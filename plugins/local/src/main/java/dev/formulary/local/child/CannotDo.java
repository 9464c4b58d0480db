package dev.formulary.local.child;

/// A request can't be carried out. The message is one lower-case sentence without a part of any prompt.
final class CannotDo extends Exception {
    private final Report.Reason reason;

    CannotDo(Report.Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    Report.Reason reason() {
        return reason;
    }
}
