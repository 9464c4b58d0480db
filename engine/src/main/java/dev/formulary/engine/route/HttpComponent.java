package dev.formulary.engine.route;

import java.util.Map;
import org.apache.camel.Component;
import org.apache.camel.Endpoint;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;

/// Camel's `platform-http` with two differences: our engine is behind it, and a path may have two routes for a moment, so
/// that a new version starts before the old one ends.
final class HttpComponent extends PlatformHttpComponent {

    HttpComponent(PlatformHttpEngine engine) {
        setEngine(engine);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String path, Map<String, Object> parameters) throws Exception {
        var endpoint = new Shared(uri, path, this);
        endpoint.setPlatformHttpEngine(getEngine());
        setProperties(endpoint, parameters);
        return endpoint;
    }

    private static final class Shared extends PlatformHttpEndpoint
            implements
                MultipleConsumersSupport,
                Claim.Claiming {
        Shared(String uri, String path, Component component) {
            super(uri, path, component);
        }

        @Override
        public boolean isMultipleConsumersSupported() {
            return true;
        }

        @Override
        public Claim claim() {
            PathTable.Pattern pattern = PathTable.Pattern.of(getPath(), isMatchOnUriPrefix());
            String key = pattern.start() + (pattern.exact() ? "" : "*") + pattern.end();
            return new Claim("http:" + key, "path '" + getPath() + "'",
                    HttpConsumer.methods(getHttpMethodRestrict()));
        }
    }
}
