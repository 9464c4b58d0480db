package dev.formulary.engine.route;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.camel.Endpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SendDefinition;

/// Tries new versions of files in a context of its own, before anything that serves is touched: syntax, components, steps,
/// beans, expressions. Opens the context only when there is something to try.
final class RouteTrial implements AutoCloseable {
    private final RouteContexts contexts;
    private final BiFunction<Endpoint, List<String>, String> offReason;
    private DefaultCamelContext context;
    private boolean open;
    private int tried;

    /// @param offReason says of a route's beginning and the addresses of its steps why it is off, or nothing
    RouteTrial(RouteContexts contexts, DefaultCamelContext fallback,
            BiFunction<Endpoint, List<String>, String> offReason) {
        this.contexts = contexts;
        this.context = fallback;
        this.offReason = offReason;
    }

    /// Builds all routes of a file without starting any.
    ///
    /// @throws Exception when the file is wrong
    RouteVersion test(RouteText text) throws Exception {
        if (!open) {
            context = contexts.open("trial");
            open = true;
        }
        List<String> from = new ArrayList<>();
        List<Claim> claims = new ArrayList<>();
        List<String> off = new ArrayList<>();
        boolean sideBySide = true;
        List<RouteDefinition> routes = text.parse(context, --tried);
        for (RouteDefinition route : routes) {
            context.addRouteDefinition(route);
            Endpoint endpoint = context.getRoute(route.getRouteId()).getEndpoint();
            from.add(written(route));
            Claim claim = Claim.of(endpoint);
            if (claim != null) {
                refuseTwice(claims, claim);
                claims.add(claim);
                sideBySide &= endpoint instanceof Claim.Claiming;
            }
            off.add(offReason.apply(endpoint, steps(route)));
        }
        return new RouteVersion(text, from, claims, sideBySide, off, List.of());
    }

    private static void refuseTwice(List<Claim> claims, Claim claim) {
        if (claims.stream().anyMatch(claim::collides)) {
            throw new IllegalArgumentException(claim.shown() + " stands twice in the file");
        }
    }

    private String written(RouteDefinition route) {
        String uri = context.resolvePropertyPlaceholders(route.getInput().getEndpointUri());
        int options = uri.indexOf('?');
        return options < 0 ? uri : uri.substring(0, options);
    }

    /// Where a route sends to, as written.
    static List<String> steps(RouteDefinition route) {
        List<String> uris = new ArrayList<>();
        for (SendDefinition<?> step : ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(),
                SendDefinition.class)) {
            uris.add(step.getEndpointUri());
        }
        return uris;
    }

    @Override
    public void close() {
        if (open) {
            context.stop();
        }
    }
}
