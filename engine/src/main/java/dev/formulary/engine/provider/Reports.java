package dev.formulary.engine.provider;

import dev.formulary.engine.provider.PluginEvent.Kind;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says what happens to plug-ins, in the log and to the listener.
record Reports(Consumer<PluginEvent> listener) {
    private static final Logger LOG = LoggerFactory.getLogger("dev.formulary.plugins");

    void serving(Generation generation) {
        PluginManifest manifest = generation.opened().manifest();
        LOG.info("plug-in {} file={} plugin={} version={} sha256={} providers={}",
                generation.idle() ? "idle" : "serving",
                generation.file(), manifest.id(), manifest.version(), generation.opened().sha256(),
                generation.slots().stream().map(Slot::id).toList());
        tell(new PluginEvent(generation.idle() ? Kind.IDLE : Kind.SERVING, generation.file(), manifest.id(),
                manifest.version(), generation.reason()));
    }

    void unloaded(Generation generation) {
        PluginManifest manifest = generation.opened().manifest();
        LOG.info("plug-in unloaded file={} plugin={} version={}", generation.file(), manifest.id(), manifest.version());
        tell(new PluginEvent(Kind.UNLOADED, generation.file(), manifest.id(), manifest.version(), ""));
    }

    void refused(PluginStatus status) {
        LOG.warn("plug-in refused file={} sha256={} reason={}", status.file(), status.sha256(), status.reason());
        tell(new PluginEvent(Kind.REFUSED, status.file(), status.pluginId(), status.version(), status.reason()));
    }

    private void tell(PluginEvent event) {
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            LOG.warn("listener for plug-ins failed event={}", event.kind(), e);
        }
    }
}
