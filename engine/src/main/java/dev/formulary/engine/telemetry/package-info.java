/// Names and counts every metric, and writes them for Prometheus.
@NullMarked
package dev.formulary.engine.telemetry;

import org.jspecify.annotations.NullMarked;
