package dev.formulary.engine;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The threads that are alive in this process, virtual ones too.
public final class LiveThreads {
    private static final Pattern THREAD = Pattern.compile("#\\d+ \"([^\"]*)\".*");

    private LiveThreads() {}

    /// Names of those that begin with one of the words.
    ///
    /// @param folder where a file may be written
    public static List<String> named(Path folder, String... beginnings) throws IOException {
        Path file = folder.resolve("threads.txt").toAbsolutePath();
        Files.deleteIfExists(file);
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpThreads(file.toString(),
                ThreadDumpFormat.TEXT_PLAIN);
        return Files.readAllLines(file).stream().map(THREAD::matcher).filter(Matcher::matches)
                .map(line -> line.group(1))
                .filter(name -> List.of(beginnings).stream().anyMatch(name::startsWith)).toList();
    }
}
