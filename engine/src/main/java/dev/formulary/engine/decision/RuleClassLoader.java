package dev.formulary.engine.decision;

import java.util.Map;

/// Defines the classes of one rule file. It is collected with the last rule set that holds its rules.
final class RuleClassLoader extends ClassLoader {
    private final Map<String, byte[]> classes;

    static {
        registerAsParallelCapable();
    }

    RuleClassLoader(Map<String, byte[]> classes, ClassLoader fence) {
        super("rules", fence);
        this.classes = Map.copyOf(classes);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        byte[] bytes = classes.get(name);
        if (bytes == null) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known != null ? known : defineClass(name, bytes, 0, bytes.length);
        }
    }
}
