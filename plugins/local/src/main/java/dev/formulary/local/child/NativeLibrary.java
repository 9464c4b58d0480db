package dev.formulary.local.child;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// llama.cpp's C interface (`llama.h`), loaded once for the life of the process.
///
/// The structures of parameters change from release to release. They are taken as blocks of bytes, larger than any of them: the
/// library fills in its own defaults, and only members at the front, which have not moved, are set.
@SuppressWarnings("restricted") // calling native code is what it is for
final class NativeLibrary {
    /// Stands for every structure of parameters.
    static final MemoryLayout PARAMETERS = MemoryLayout.structLayout(MemoryLayout.sequenceLayout(32, JAVA_LONG));

    private static final int SIGINT = 2;
    private static final MemorySegment SIG_IGN = MemorySegment.ofAddress(1);
    private static final Linker LINKER = Linker.nativeLinker();

    private final List<SymbolLookup> lookups = new ArrayList<>();
    private final String version;
    private final boolean gpu;

    /// @throws IllegalArgumentException when a file can't be loaded
    /// @throws IllegalStateException when a function is missing, or the library knows no processor
    NativeLibrary(LibraryFiles files) {
        for (Path file : List.of(files.base(), files.ggml(), files.llama())) {
            lookups.addFirst(lookup(file));
        }
        version = String.valueOf(files.llama().getFileName());
        procedure("llama_log_set", ADDRESS, ADDRESS).run(callback(NativeLog.class, "write",
                MethodType.methodType(void.class, int.class, MemorySegment.class, MemorySegment.class),
                FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS, ADDRESS)), MemorySegment.NULL);
        loadBackends(files);
        procedure("llama_backend_init").run();
        gpu = function("llama_supports_gpu_offload", JAVA_BOOLEAN).flag();
    }

    private static SymbolLookup lookup(Path file) {
        try {
            return SymbolLookup.libraryLookup(file, Arena.global());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the library '" + file
                    + "' can't be loaded: it is missing, or made for another processor or an older or newer system", e);
        }
    }

    private void loadBackends(LibraryFiles files) {
        Path folder = files.llama().getParent();
        if (files.ownBackends() && folder != null) {
            try (Arena arena = Arena.ofConfined()) {
                procedure("ggml_backend_load_all_from_path", ADDRESS).run(arena.allocateFrom(folder.toString()));
            }
        } else {
            procedure("ggml_backend_load_all").run();
        }
        if (function("ggml_backend_dev_count", JAVA_LONG).count() == 0) {
            throw new IllegalStateException(
                    "the library '" + files.llama() + "' has no part for this processor (libggml-cpu) beside it");
        }
    }

    /// The name of the library's file, which tells its version.
    String version() {
        return version;
    }

    /// Whether it can use a graphics card.
    boolean gpu() {
        return gpu;
    }

    /// A function that gives something back.
    NativeCall function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return new NativeCall(name, LINKER.downcallHandle(find(name), FunctionDescriptor.of(result, arguments)));
    }

    /// A function that gives nothing back.
    NativeCall procedure(String name, MemoryLayout... arguments) {
        return new NativeCall(name, LINKER.downcallHandle(find(name), FunctionDescriptor.ofVoid(arguments)));
    }

    private MemorySegment find(String name) {
        for (SymbolLookup lookup : lookups) {
            var found = lookup.find(name);
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw new IllegalStateException("the library has no function '" + name + "': it is too old or too new");
    }

    /// Lets the library call a static method of ours, for the life of the process.
    private static MemorySegment callback(Class<?> owner, String method, MethodType type, FunctionDescriptor shape) {
        try {
            MethodHandle handle = MethodHandles.lookup().findStatic(owner, method, type);
            return LINKER.upcallStub(handle, shape, Arena.global());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(owner + " has no " + method, e);
        }
    }

    /// Lets the library ask us something, as long as the arena lives. The method must not throw.
    static MemorySegment question(MethodHandle handle, Arena arena) {
        return LINKER.upcallStub(handle, FunctionDescriptor.of(JAVA_BOOLEAN, ADDRESS), arena);
    }

    /// A terminal sends its interrupt to all processes that it began. The parent decides when this one ends.
    void ignoreInterrupt() {
        new NativeCall("signal", LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("signal"),
                FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS))).segment(SIGINT, SIG_IGN);
    }

    /// Ends the process at once, whatever the library is doing, and without the library's own tidying up, which would wait for
    /// its threads or trip over them.
    void endProcess() {
        new NativeCall("_exit", LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("_exit"),
                FunctionDescriptor.ofVoid(JAVA_INT))).run(0);
    }
}
