package dev.formulary.engine.telemetry;

import java.net.URI;
import java.util.Map;

/// Where spans go, and of which calls there are some.
///
/// @param url where a collector takes OTLP over HTTP
/// @param headers what goes along, such as a token
/// @param ratio which share of the calls is traced that belong to no trace yet, 0 to 1
/// @param queue how many spans may wait; more are dropped
/// @param propagate whether those that are asked get the trace's id
/// @param node this node's name
/// @param version the gateway's version
public record TraceTarget(URI url, Map<String, String> headers, double ratio, int queue, boolean propagate,
        String node, String version) {
    public TraceTarget {
        headers = Map.copyOf(headers);
    }

    /// Headers may hold secrets.
    @Override
    public String toString() {
        return "TraceTarget[url=" + url + ", ratio=" + ratio + "]";
    }
}
