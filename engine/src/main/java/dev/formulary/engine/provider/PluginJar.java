package dev.formulary.engine.provider;

import dev.formulary.spi.Spi;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.pf4j.DefaultPluginManager;
import org.pf4j.JarPluginLoader;
import org.pf4j.JarPluginRepository;
import org.pf4j.ManifestPluginDescriptorFinder;
import org.pf4j.PluginClassLoader;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginDescriptorFinder;
import org.pf4j.PluginLoader;
import org.pf4j.PluginManager;
import org.pf4j.PluginRepository;
import org.pf4j.PluginStatusProvider;
import org.pf4j.VersionManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One loaded JAR. Each has a manager of its own, so that two versions can serve side by side while one drains, and no
/// plug-in can break another's loading.
final class PluginJar {
    private static final Logger LOG = LoggerFactory.getLogger(PluginJar.class);
    private static final ClassLoader SHARED = new SharedClasses(PluginJar.class.getClassLoader());

    private final OneJar manager;
    private final String pluginId;

    private PluginJar(OneJar manager, String pluginId) {
        this.manager = manager;
        this.pluginId = pluginId;
    }

    /// @param staged a copy that nobody changes
    static PluginJar load(Path staged, PluginManifest manifest) throws Refusal {
        var manager = new OneJar(staged);
        try {
            String id = manager.loadPlugin(staged);
            Throwable failure = manager.getPlugin(id).getFailedException();
            if (failure != null) {
                manager.unloadPlugin(id);
                throw new Refusal("the plug-in can't be loaded: " + failure.getMessage(), failure);
            }
            return new PluginJar(manager, id);
        } catch (RuntimeException e) {
            throw new Refusal("the plug-in '" + manifest.id() + "' can't be loaded: " + e.getMessage(), e);
        }
    }

    ClassLoader classLoader() {
        return manager.getPluginClassLoader(pluginId);
    }

    /// Makes the plug-in's services of one kind. This runs plug-in code: anything may be thrown.
    <T> List<T> services(Class<T> type) {
        ClassLoader own = classLoader();
        var services = new ArrayList<T>();
        for (ServiceLoader.Provider<T> found : ServiceLoader.load(type, own).stream().toList()) {
            if (own.equals(found.type().getClassLoader())) {
                services.add(found.get());
            }
        }
        return services;
    }

    void unload() {
        try {
            manager.unloadPlugin(pluginId);
        } catch (RuntimeException e) {
            LOG.warn("plug-in not unloaded cleanly plugin={}", pluginId, e);
        }
    }

    private static final class OneJar extends DefaultPluginManager {
        OneJar(Path jar) {
            super(jar.toAbsolutePath().getParent());
            setSystemVersion(Spi.VERSION);
        }

        @Override
        protected PluginLoader createPluginLoader() {
            return new JarPluginLoader(this) {
                @Override
                protected PluginClassLoader createPluginClassLoader(Path jar, PluginDescriptor descriptor) {
                    return new OwnClasses(pluginManager, descriptor);
                }
            };
        }

        @Override
        protected PluginDescriptorFinder createPluginDescriptorFinder() {
            return new ManifestPluginDescriptorFinder();
        }

        @Override
        protected PluginRepository createPluginRepository() {
            return new JarPluginRepository(getPluginsRoots());
        }

        @Override
        protected VersionManager createVersionManager() {
            return new SpiVersion();
        }

        /// The usual one writes files into the folder.
        @Override
        protected PluginStatusProvider createPluginStatusProvider() {
            return new PluginStatusProvider() {
                @Override
                public boolean isPluginDisabled(String id) {
                    return false;
                }

                @Override
                public void disablePlugin(String id) {}

                @Override
                public void enablePlugin(String id) {}
            };
        }
    }

    /// The plug-in's own classes first, then those that the gateway shares.
    private static final class OwnClasses extends PluginClassLoader {
        OwnClasses(PluginManager manager, PluginDescriptor descriptor) {
            super(manager, descriptor, SHARED);
        }

        @Override
        protected boolean shouldDelegateToParent(String className) {
            return SharedClasses.isSameForAll(className);
        }
    }
}
