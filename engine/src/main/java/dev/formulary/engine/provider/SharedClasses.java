package dev.formulary.engine.provider;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All that a plug-in sees of the gateway: the platform, the contract, SLF4J, JSpecify and Jackson. Nothing else of the
/// gateway's class path, so that no plug-in comes to rely on it.
final class SharedClasses extends ClassLoader {
    /// Types that cross the border must be the gateway's own, even when a plug-in brings copies.
    private static final List<String> SAME_FOR_ALL = List.of("dev.formulary.spi.", "org.slf4j.", "org.jspecify.");
    private static final String OFFERED = "com.fasterxml.jackson.";

    static {
        registerAsParallelCapable();
    }

    private final ClassLoader gateway;

    SharedClasses(ClassLoader gateway) {
        super("shared-with-plugins", ClassLoader.getPlatformClassLoader());
        this.gateway = gateway;
    }

    /// Whether the gateway's class is taken even if the plug-in has one of that name.
    static boolean isSameForAll(String className) {
        for (String prefix : SAME_FOR_ALL) {
            if (className.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isShown(String className) {
        return isSameForAll(className) || className.startsWith(OFFERED);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (isShown(name)) {
            return gateway.loadClass(name);
        }
        throw new ClassNotFoundException(name + " is not in the plug-in's JAR, and the gateway does not share it");
    }

    @Override
    protected @Nullable URL findResource(String name) {
        return isShown(name.replace('/', '.')) ? gateway.getResource(name) : null;
    }

    @Override
    protected Enumeration<URL> findResources(String name) throws IOException {
        return isShown(name.replace('/', '.')) ? gateway.getResources(name) : Collections.emptyEnumeration();
    }
}
