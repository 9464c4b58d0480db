package dev.formulary.engine.broker;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Loads a broker from a folder of JARs. Its classes see the JDK, the logging facade and this package, and none of the engine's
/// libraries; nothing of the folder is read before a broker is wanted.
public final class BrokerJars {
    private BrokerJars() {}

    /// Starts the broker of a folder.
    ///
    /// @param folder with its JARs
    /// @return closing it lets its classes go, too
    /// @throws IOException when there is none or it can't start, saying what is wrong
    public static LocalBroker start(@Nullable Path folder, BrokerTerms terms) throws IOException {
        URLClassLoader loader = loader(folder);
        Thread thread = Thread.currentThread();
        ClassLoader former = thread.getContextClassLoader();
        thread.setContextClassLoader(loader); // its libraries look for their services there
        try {
            LocalBroker broker = ServiceLoader.load(LocalBroker.Maker.class, loader).findFirst()
                    .orElseThrow(() -> new IOException("mqtt.embedded: no broker is among the JARs in " + folder))
                    .start(terms);
            return () -> close(broker, loader);
        } catch (IOException | RuntimeException e) {
            loader.close();
            throw e;
        } finally {
            thread.setContextClassLoader(former);
        }
    }

    private static void close(LocalBroker broker, URLClassLoader loader) {
        broker.close();
        try {
            loader.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static URLClassLoader loader(@Nullable Path folder) throws IOException {
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IOException("mqtt.embedded: the broker's JARs are not "
                    + (folder == null ? "here; start the gateway with bin/formulary" : "in " + folder)
                    + "; unpack the archive again, or name another broker in mqtt.url");
        }
        List<URL> jars = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".jar")).sorted().toList()) {
                jars.add(file.toUri().toURL());
            }
        }
        return new URLClassLoader("broker", jars.toArray(URL[]::new), new Shared(BrokerJars.class.getClassLoader()));
    }

    /// What the broker shares with the engine.
    private static final class Shared extends ClassLoader {
        private static final List<String> PACKAGES = List.of(BrokerJars.class.getPackageName() + ".", "org.slf4j.");
        private final ClassLoader engine;

        Shared(ClassLoader engine) {
            super("broker-shared", ClassLoader.getPlatformClassLoader());
            this.engine = engine;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (PACKAGES.stream().anyMatch(name::startsWith)) {
                return engine.loadClass(name);
            }
            throw new ClassNotFoundException(name);
        }
    }
}
