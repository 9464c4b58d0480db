package dev.formulary.engine.route;

import dev.formulary.engine.transport.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The routes that serve.
final class LiveRoutes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveRoutes.class);
    private static final long DRAIN_SECONDS = 600;

    private final DefaultCamelContext context;
    private final ExecutorService draining = Threads.perTask("route-drain");
    private final AtomicInteger versions = new AtomicInteger();

    LiveRoutes(DefaultCamelContext context) {
        this.context = context;
    }

    /// Starts a version that was tried before.
    ///
    /// @throws Exception when it does not start after all; then nothing of it is left
    RouteVersion start(RouteVersion version) throws Exception {
        List<RouteDefinition> wanted = new ArrayList<>();
        List<RouteDefinition> all = version.text().parse(context, versions.incrementAndGet());
        for (int i = 0; i < all.size(); i++) {
            if (version.off().get(i).isEmpty()) {
                wanted.add(all.get(i));
            }
        }
        try {
            context.addRouteDefinitions(wanted);
            for (RouteDefinition route : wanted) {
                context.getRouteController().startRoute(route.getRouteId());
            }
        } catch (Exception e) {
            wanted.forEach(this::remove);
            throw e;
        }
        return version.started(wanted);
    }

    /// Lets the calls inside a version finish, in the background, and removes it.
    void retire(RouteVersion version) {
        version.routes().forEach(route -> draining.execute(() -> remove(route)));
    }

    /// Removes a version before another can start.
    void end(RouteVersion version) {
        version.routes().forEach(this::remove);
    }

    private void remove(RouteDefinition route) {
        String id = route.getRouteId();
        try {
            if (context.getRoute(id) != null) {
                context.getRouteController().stopRoute(id, DRAIN_SECONDS, TimeUnit.SECONDS);
            }
            context.removeRouteDefinition(route);
        } catch (Exception e) {
            LOG.warn("route not removed route={}", id, e);
        }
    }

    @Override
    public void close() {
        draining.shutdownNow();
    }
}
