package dev.formulary.local.child;

import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;

/// The process in which a model runs. Its standard input brings [Request]s, its standard output takes [Report]s, and what it
/// has to say to people goes to its standard error. It ends when its input ends, which is also so when its parent dies.
public final class ChildMain {
    private static final int CANNOT_START = 3;

    private ChildMain() {}

    /// @param args the library's files as [LibraryFiles#arguments] gives them
    public static void main(String[] args) throws IOException {
        var out = new Frames.Writer(new FileOutputStream(FileDescriptor.out));
        // nothing else may get between the frames
        System.setOut(System.err);
        NativeLibrary library;
        try {
            library = new NativeLibrary(LibraryFiles.of(args));
        } catch (IllegalArgumentException | IllegalStateException e) {
            out.write(new Report.Failed(Report.NO_CALL, Report.Reason.LIBRARY, String.valueOf(e.getMessage())));
            System.exit(CANNOT_START);
            return;
        }
        library.ignoreInterrupt();
        out.write(new Report.Ready(Report.NO_CALL, library.version(), library.gpu()));
        var in = new Frames.Reader(new BufferedInputStream(new FileInputStream(FileDescriptor.in)));
        try {
            new Session(in, out, new Engine(library, out)).serve();
        } finally {
            library.endProcess();
        }
    }

    /// Where this class came from: the class path of the process.
    public static Path classPath() {
        try {
            return Path.of(ChildMain.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the plug-in's own place is no path", e);
        }
    }
}
