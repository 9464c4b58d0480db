package dev.formulary.engine.provider;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.Settings.ProviderEntry;
import dev.formulary.engine.provider.Generation.Failure;
import dev.formulary.spi.Assessor;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ProviderFactory;
import dev.formulary.spi.Setting;
import dev.formulary.spi.Spi;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// Turns a file into a loaded plug-in, and that into a generation with providers. Thread-safe.
final class Loading {
    private static final Pattern KIND = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

    private final Staging staging;
    private volatile List<ProviderEntry> entries;
    private final Settings.Plugins settings;
    private final HttpTransport http;
    private final Timing timing;
    private final LoaderWatch watch;
    private final Supplier<CardCatalogue> catalogue;

    Loading(Staging staging, List<ProviderEntry> entries, Settings.Plugins settings, HttpTransport http, Timing timing,
            LoaderWatch watch, Supplier<CardCatalogue> catalogue) {
        this.staging = staging;
        this.entries = List.copyOf(entries);
        this.settings = settings;
        this.http = http;
        this.timing = timing;
        this.watch = watch;
        this.catalogue = catalogue;
    }

    /// What is loaded from now on follows other entries.
    void configure(List<ProviderEntry> others) {
        entries = List.copyOf(others);
    }

    /// Loads a plug-in that is loaded once more, for other entries.
    Opened again(Opened before, List<ProviderEntry> others) throws Refusal, InterruptedException {
        PluginJar jar = PluginJar.load(staging.file(before.sha256()), before.manifest());
        return factories(before.file(), before.sha256(), before.manifest(), jar, others);
    }

    /// Loads the classes of a copy and makes the factories.
    Opened open(Path file, Staging.Copy copy) throws Refusal, InterruptedException {
        checkAllowed(copy.sha256());
        Path staged = staging.accept(copy);
        if (settings.verify().equals("signature")) {
            JarSigners.check(staged, settings.allow());
        }
        PluginManifest manifest = PluginManifest.of(staged, Spi.VERSION);
        return factories(file, copy.sha256(), manifest, PluginJar.load(staged, manifest), entries);
    }

    private Opened factories(Path file, String sha256, PluginManifest manifest, PluginJar jar,
            List<ProviderEntry> configured) throws Refusal, InterruptedException {
        try {
            return PluginCode.within(timing.create(), jar.classLoader(), "loading the provider factories",
                    () -> opened(file, sha256, manifest, jar, configured), _ -> {});
        } catch (Refusal e) {
            unload(jar);
            throw e;
        } catch (ProviderException e) {
            unload(jar);
            throw new Refusal(String.valueOf(e.getMessage()), e);
        }
    }

    private Opened opened(Path file, String sha256, PluginManifest manifest, PluginJar jar,
            List<ProviderEntry> configured) throws Refusal {
        Map<String, ProviderFactory> factories = byKind(jar.services(ProviderFactory.class));
        var assessors = new ArrayList<GuardedAssessor>();
        for (Assessor assessor : jar.services(Assessor.class)) {
            assessors.add(GuardedAssessor.of(assessor, jar.classLoader(), timing.assess()));
        }
        if (factories.isEmpty() && assessors.isEmpty()) {
            throw new Refusal("the JAR names no provider factory in META-INF/services/"
                    + ProviderFactory.class.getName() + ", and no assessor in META-INF/services/"
                    + Assessor.class.getName());
        }
        return new Opened(file, sha256, manifest, jar, factories, Opened.entries(factories.keySet(), configured),
                assessors, declared(factories));
    }

    private static Map<String, List<Setting>> declared(Map<String, ProviderFactory> factories) {
        var declared = new HashMap<String, List<Setting>>();
        factories.forEach((kind, factory) -> declared.put(kind, List.copyOf(factory.settings())));
        return declared;
    }

    private void checkAllowed(String sha256) throws Refusal {
        if (settings.verify().equals("sha256")
                && settings.allow().stream().noneMatch(sum -> sum.toLowerCase(Locale.ROOT).equals(sha256))) {
            throw new Refusal("its SHA-256 is not among those of 'plugins.allow'; to allow it add " + sha256);
        }
    }

    private static Map<String, ProviderFactory> byKind(List<ProviderFactory> factories) throws Refusal {
        var byKind = new HashMap<String, ProviderFactory>();
        for (ProviderFactory factory : factories) {
            String kind = factory.kind();
            if (kind == null || !KIND.matcher(kind).matches()) {
                throw new Refusal("its kind of provider '" + kind + "' must be lower-case letters, digits and '-'");
            }
            if (byKind.put(kind, factory) != null) {
                throw new Refusal("it has two factories for the kind of provider '" + kind + "'");
            }
        }
        return Map.copyOf(byKind);
    }

    void unload(PluginJar jar) {
        watch.retired(jar.classLoader());
        jar.unload();
    }

    /// Makes the providers and asks them for their models.
    Generation start(Opened opened) throws InterruptedException {
        var slots = new ArrayList<Slot>();
        var failures = new LinkedHashMap<Opened.Entry, Failure>();
        for (Opened.Entry entry : opened.entries()) {
            try {
                slots.add(create(opened, entry));
            } catch (ProviderException e) {
                boolean unconfigured = !entry.configured() && e.category() == FailureCategory.CONFIGURATION;
                failures.put(entry, new Failure(String.valueOf(e.getMessage()), unconfigured));
            } catch (Refusal e) {
                failures.put(entry, new Failure(e.reason(), false));
            }
        }
        InParallel.each(slots, slot -> {
            slot.refresh(timing.models());
            return slot;
        });
        return new Generation(opened, slots, failures);
    }

    /// Makes providers beside those of the configuration, and asks them for their models.
    Map<String, Slot> guests(Opened opened, String kind, Map<String, Map<String, Object>> settings)
            throws Refusal, ProviderException, InterruptedException {
        var slots = new HashMap<String, Slot>();
        boolean complete = false;
        try {
            for (Map.Entry<String, Map<String, Object>> guest : settings.entrySet()) {
                Slot slot = create(opened, new Opened.Entry(guest.getKey(), kind, guest.getValue(), Map.of(), true));
                slots.put(guest.getKey(), slot);
                slot.refresh(timing.models());
            }
            complete = true;
            return slots;
        } finally {
            if (!complete) {
                for (Slot slot : slots.values()) {
                    slot.close(timing.close());
                }
            }
        }
    }

    private Slot create(Opened opened, Opened.Entry entry) throws Refusal, ProviderException, InterruptedException {
        ClassLoader loader = opened.jar().classLoader();
        CardOverrides overrides = CardOverrides.of(entry.settings());
        ProviderFactory factory = opened.factories().get(entry.kind());
        if (factory == null) {
            throw new IllegalStateException("entries are made from the factories' kinds");
        }
        if (entry.configured()) {
            DeclaredSettings.check(opened.declared().getOrDefault(entry.kind(), List.of()), entry);
        }
        Provider provider = PluginCode.within(timing.create(), loader, "create()",
                () -> made(factory.create(new HostContext(entry.id(), entry.settings(), http))), Loading::closeLate);
        return new Slot(entry.id(), entry.kind(), provider, loader, cards -> {
            CardCatalogue known = catalogue.get();
            return overrides.apply(known.measured(entry.id(),
                    known.complete(entry.kind(), entry.settings(), cards)));
        });
    }

    private static Provider made(Provider provider) throws Refusal {
        if (provider == null) {
            throw new Refusal("create() gave no provider");
        }
        return provider;
    }

    private static void closeLate(Provider provider) {
        provider.close();
    }
}
