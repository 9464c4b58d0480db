package dev.formulary.engine.boot;

import dev.formulary.engine.config.Home;
import java.io.IOException;
import java.io.Reader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// Which gateway runs with a home folder. The file stays behind after a crash; the lock does not.
///
/// @param port where it serves clients
/// @param managementPort where it serves operators
record RunningNode(long pid, int port, int managementPort) {

    /// Claims the home folder for this process until the lock is closed.
    ///
    /// @return null when another process has it
    static @Nullable FileLock claim(Home home) throws IOException {
        FileChannel channel = FileChannel.open(home.data().resolve("node.lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        return lock;
    }

    static @Nullable RunningNode read(Home home) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file(home))) {
            properties.load(reader);
            return new RunningNode(Long.parseLong(properties.getProperty("pid", "")),
                    Integer.parseInt(properties.getProperty("port", "")),
                    Integer.parseInt(properties.getProperty("management-port", "")));
        } catch (IOException | IllegalArgumentException e) {
            return null;
        }
    }

    void write(Home home) throws IOException {
        Files.write(file(home), List.of("pid=" + pid, "port=" + port, "management-port=" + managementPort));
    }

    static void remove(Home home) throws IOException {
        Files.deleteIfExists(file(home));
    }

    private static Path file(Home home) {
        return home.data().resolve("node.properties");
    }
}
