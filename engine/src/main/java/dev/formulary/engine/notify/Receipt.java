package dev.formulary.engine.notify;

/// A channel has taken an event.
///
/// @param how `log`, `http`, `mqtt` or `smtp`; `route` where a route sent it elsewhere
/// @param status what the other side said, as far as it is no secret
public record Receipt(String how, String status) {
    /// A route sent it with steps of its own.
    public static final Receipt OF_ROUTE = new Receipt("route", "the route came to its end");

    @Override
    public String toString() {
        return how + ": " + status;
    }
}
