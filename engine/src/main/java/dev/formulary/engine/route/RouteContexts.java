package dev.formulary.engine.route;

import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.camel.Component;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.BeanRepository;

/// Makes Camel contexts: the one that serves, and those in which a new version of a file is tried. They know the same
/// components, beans and placeholders; what Camel offers beyond that is off.
///
/// @param components makes our components, anew for each context
/// @param beans what routes can refer to by name
/// @param placeholders what `{{name}}` stands for
record RouteContexts(Supplier<Map<String, Component>> components, Map<String, Object> beans,
        Map<String, String> placeholders) {

    /// A started context without routes.
    DefaultCamelContext open(String name) {
        var context = new DefaultCamelContext(new Beans(Map.copyOf(beans)));
        context.disableJMX();
        context.getCamelContextExtension().setName(name);
        context.setStreamCaching(false);
        context.setMessageHistory(false);
        context.setSourceLocationEnabled(false);
        context.setModeline(false);
        context.setDevConsole(false);
        context.setUseMDCLogging(false);
        context.setUseBreadcrumb(false);
        context.setLoadHealthChecks(false);
        context.setStartupSummaryLevel(StartupSummaryLevel.Off);
        var stopping = context.getShutdownStrategy();
        stopping.setTimeout(5);
        stopping.setSuppressLoggingOnTimeout(true);
        stopping.setLogInflightExchangesOnTimeout(false);
        var properties = new Properties();
        properties.putAll(placeholders);
        // else the environment would come first, and HOME is not the home folder that is meant
        var lookup = (PropertiesComponent) context.getPropertiesComponent();
        lookup.setEnvironmentVariableMode(PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_FALLBACK);
        lookup.setSystemPropertiesMode(PropertiesComponent.SYSTEM_PROPERTIES_MODE_FALLBACK);
        lookup.setInitialProperties(properties);
        components.get().forEach(context::addComponent);
        context.start();
        return context;
    }

    private record Beans(Map<String, Object> all) implements BeanRepository {
        @Override
        @SuppressWarnings("NullAway") // Camel's contract: null for what is not there
        public Object lookupByName(String name) {
            return all.get(name);
        }

        @Override
        @SuppressWarnings("NullAway") // Camel's contract: null for what is not there
        public <T> T lookupByNameAndType(String name, Class<T> type) {
            Object bean = all.get(name);
            return type.isInstance(bean) ? type.cast(bean) : null;
        }

        @Override
        public <T> Map<String, T> findByTypeWithName(Class<T> type) {
            var found = new java.util.LinkedHashMap<String, T>();
            all.forEach((name, bean) -> {
                if (type.isInstance(bean)) {
                    found.put(name, type.cast(bean));
                }
            });
            return found;
        }

        @Override
        public <T> Set<T> findByType(Class<T> type) {
            return Set.copyOf(findByTypeWithName(type).values());
        }
    }
}
