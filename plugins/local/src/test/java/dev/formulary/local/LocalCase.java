package dev.formulary.local;

import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ProviderException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;

/// A provider with the real library, a memory and a clock that the test decides.
final class LocalCase {
    final AtomicLong memory = new AtomicLong(Long.MAX_VALUE);
    final AtomicLong clock = new AtomicLong(1);
    final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final Path folder;

    LocalCase(Path folder) {
        this.folder = folder;
    }

    LocalProvider provider() throws ProviderException {
        return provider(512, 0);
    }

    LocalProvider provider(int context, int gpuLayers) throws ProviderException {
        return provider(context, gpuLayers, ProcessCommand.here(RealLibrary.files()));
    }

    LocalProvider provider(int context, int gpuLayers, ProcessCommand command) {
        var settings = new LocalSettings(null, folder, List.of(), context, 1, gpuLayers, Duration.ofMinutes(5));
        return new LocalProvider(settings, new Workshop(settings, command, memory::get, clock::get,
                (level, message, cause) -> log.add(level + " " + message)));
    }

    static ChatRequest request(String model) {
        return request(model, "hi", new ChatRequest.Sampling(0.0, null, null, 7L, null, List.of()));
    }

    static ChatRequest request(String model, String text, ChatRequest.Sampling sampling) {
        return new ChatRequest(model, List.of(ChatRequest.Message.text(ChatRequest.Role.USER, text)), List.of(), null,
                sampling, new ChatRequest.Format.Free(), true, true, Map.of(), null);
    }

    static long pid(LocalProvider provider, String model) {
        Long pid = provider.processes().get(model);
        if (pid == null) {
            throw new AssertionError("no process has " + model);
        }
        return pid;
    }

    static ProviderException failure(Callable<?> action) {
        try {
            action.call();
        } catch (ProviderException e) {
            return e;
        } catch (Exception e) {
            throw new AssertionError("not a ProviderException", e);
        }
        throw new AssertionError("nothing was thrown");
    }
}
