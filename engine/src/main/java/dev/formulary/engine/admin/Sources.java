package dev.formulary.engine.admin;

import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Where the management API gets what it shows. Each gives maps, lists, strings, numbers, booleans, enumerations, times,
/// durations or records of these; all are called by many threads at once, and should neither block nor show secrets.
///
/// @param notReady what the gateway still waits for, in words; empty when it can serve
/// @param metrics in Prometheus' text format
/// @param status version, node, uptime, load and the like
/// @param providers the providers with their models
/// @param plugins the plug-ins, loaded and refused
/// @param rules the rule set with its hash and the problems of the last edit
/// @param routes the routes
/// @param breakers each model's breaker
/// @param budgets what may still be spent
/// @param alerts the open alerts
/// @param decisions so many of the latest decisions, the newest first
/// @param decision a decision by its id, or null
/// @param cache counts of the response cache
/// @param explanation why a decision is as it is
public record Sources(Supplier<List<String>> notReady, Supplier<String> metrics, Supplier<?> status,
        Supplier<? extends Collection<?>> providers, Supplier<? extends Collection<?>> plugins, Supplier<?> rules,
        Supplier<? extends Collection<?>> routes, Supplier<? extends Collection<?>> breakers,
        Supplier<? extends Collection<?>> budgets, Supplier<? extends Collection<?>> alerts,
        IntFunction<? extends Collection<?>> decisions, Function<String, ? extends @Nullable Object> decision,
        Supplier<?> cache, Explanations explanation) {

    /// Explains decisions. Takes up to a second.
    @FunctionalInterface
    public interface Explanations {
        /// @param id the decision's id
        /// @param format `json`, `text`, `svg` or `mermaid`
        /// @param whyNot a model for which to look first, or empty
        /// @return a text, or a document where JSON is asked for; null when there is no such decision
        @Nullable
        Object explain(String id, String format, String whyNot);
    }
}
