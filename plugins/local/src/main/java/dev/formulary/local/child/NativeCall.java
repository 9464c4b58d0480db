package dev.formulary.local.child;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// One function of the library.
final class NativeCall {
    private final String name;
    private final MethodHandle handle;

    NativeCall(String name, MethodHandle handle) {
        this.name = name;
        this.handle = handle;
    }

    int number(Object... arguments) {
        return (int) invoke(arguments);
    }

    long count(Object... arguments) {
        return (long) invoke(arguments);
    }

    boolean flag(Object... arguments) {
        return (boolean) invoke(arguments);
    }

    /// A pointer, or a structure in memory of the allocator that is the first argument.
    MemorySegment segment(Object... arguments) {
        return (MemorySegment) invoke(arguments);
    }

    void run(Object... arguments) {
        try {
            handle.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    private Object invoke(Object... arguments) {
        try {
            return handle.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    private IllegalStateException failed(Throwable cause) {
        return new IllegalStateException("the library's " + name + " can't be called", cause);
    }
}
