package dev.formulary.engine.grid;

import dev.formulary.engine.admission.Window;
import dev.formulary.engine.config.ClusterSettings;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.WhenApart;
import dev.formulary.engine.grid.CountStep.Share;
import dev.formulary.engine.session.Siblings;
import dev.formulary.engine.transport.Threads;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.infinispan.Cache;
import org.infinispan.commons.dataconversion.MediaType;
import org.infinispan.configuration.cache.CacheMode;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.configuration.global.GlobalConfigurationBuilder;
import org.infinispan.configuration.global.ShutdownHookBehavior;
import org.infinispan.context.Flag;
import org.infinispan.eviction.EvictionStrategy;
import org.infinispan.functional.FunctionalMap.ReadWriteMap;
import org.infinispan.functional.impl.FunctionalMapImpl;
import org.infinispan.functional.impl.ReadWriteMapImpl;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.partitionhandling.PartitionHandling;
import org.infinispan.remoting.transport.jgroups.JGroupsTransport;
import org.infinispan.topology.CacheTopology;
import org.jgroups.JChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This node among those that share limits and sessions. Thread-safe.
///
/// All that is shared lies on every node, so that it can be read without asking anybody, and one node that remains has all of
/// it. A change is carried out by the node that owns what is changed and then, before it counts as made, on all others.
public final class Cluster implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
    private static final String LIMITS = "limits";
    private static final String SESSIONS = "sessions";
    private static final String PURGES = "purges";
    private static final long AGAIN_MS = 50;
    private static final long TROUBLE_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int STOP_SECONDS = 5;

    private final ClusterSettings settings;
    private final JChannel channel;
    private final Sealing sealing;
    private final DefaultCacheManager manager;
    private final Cache<String, byte[]> limits;
    /// The same, without asking anybody.
    private final Cache<String, byte[]> here;
    private final ExecutorService executor = Threads.perTask("cluster");
    private final ScheduledExecutorService timer = Threads.timer("cluster-timer");

    private final ReadWriteMap<String, byte[]> owners;
    private final LongAdder unanswered = new LongAdder();
    private final AtomicLong clockAhead = new AtomicLong();
    private final AtomicLong told = new AtomicLong(System.nanoTime() - TROUBLE_EVERY_NANOS);
    private volatile boolean closed;
    private volatile Standing seen;

    /// How this node stands, as long as the cluster is as it is.
    ///
    /// @param topology a number that grows with each change
    /// @param here which members see each other, by their addresses
    /// @param share which part of each limit they may use
    record Standing(int topology, List<String> here, Share share) {
        Standing {
            here = List.copyOf(here);
        }
    }

    private Cluster(ClusterSettings settings, JChannel channel, DefaultCacheManager manager) {
        this.settings = settings;
        this.channel = channel;
        sealing = channel.getProtocolStack().findProtocol(Sealing.class);
        this.manager = manager;
        limits = manager.getCache(LIMITS);
        here = limits.getAdvancedCache().withFlags(Flag.CACHE_MODE_LOCAL);
        owners = ReadWriteMapImpl.create(FunctionalMapImpl.create(limits.getAdvancedCache()));
        seen = look();
    }

    /// Opens the port, looks for the other nodes, and takes over what they know. Waits for that, some seconds at most when
    /// there are none.
    ///
    /// @param remembered how many sessions are remembered, and for how long
    /// @throws IOException when the address or the port can't be had
    public static Cluster join(ClusterSettings settings, Settings.Sessions remembered) throws IOException {
        claimable(settings, settings.port());
        claimable(settings, settings.port() + 1);
        JChannel channel = ClusterStack.channel(settings);
        var global = GlobalConfigurationBuilder.defaultClusteredBuilder();
        global.transport().addProperty(JGroupsTransport.CHANNEL_CONFIGURATOR, new ReadyChannel(channel))
                .clusterName(group(settings))
                .nodeName(settings.address());
        global.serialization().addContextInitializer(new WireTypes());
        global.metrics().gauges(false);
        global.jmx().enabled(false);
        global.shutdown().hookBehavior(ShutdownHookBehavior.DONT_REGISTER);
        try {
            var manager = new DefaultCacheManager(global.build());
            manager.defineConfiguration(LIMITS, replicated(settings, new EntryMerge(Cluster::bothCounts)).build());
            var sessions = replicated(settings, new EntryMerge(SessionCodec::both));
            sessions.expiration().lifespan(remembered.idle().toMillis(), TimeUnit.MILLISECONDS);
            sessions.memory().maxCount(remembered.most()).whenFull(EvictionStrategy.REMOVE);
            manager.defineConfiguration(SESSIONS, sessions.build());
            manager.defineConfiguration(PURGES, replicated(settings, new EntryMerge((one, _) -> one)).build());
            return new Cluster(settings, channel, manager);
        } catch (RuntimeException e) {
            // the manager closes only channels that it made
            channel.close();
            throw new IOException("the cluster can't be entered: " + cause(e), e);
        }
    }

    /// Nodes that know of other members are none of ours: their shares of a limit would not add up.
    private static String group(ClusterSettings settings) {
        return settings.name() + "-" + Integer.toHexString(new TreeSet<>(settings.members()).hashCode());
    }

    private static String cause(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    /// JGroups says less of what is wrong.
    private static void claimable(ClusterSettings settings, int port) throws IOException {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(settings.bind()), port));
        } catch (UnknownHostException e) {
            throw new IOException("cluster.bind: no address is known of '" + settings.bind() + "'", e);
        } catch (BindException e) {
            throw String.valueOf(e.getMessage()).contains("in use")
                    ? new IOException("cluster.port: another program listens on port " + port + " of " + settings.bind()
                            + "; the ports " + settings.port() + " and " + (settings.port() + 1) + " must be free", e)
                    : new IOException("cluster.bind: " + settings.bind() + " is no address of this machine, or port "
                            + port + " may not be used (" + e.getMessage() + ")", e);
        }
    }

    private static ConfigurationBuilder replicated(ClusterSettings settings, EntryMerge merge) {
        var cache = new ConfigurationBuilder();
        cache.clustering().cacheMode(CacheMode.REPL_SYNC).remoteTimeout(settings.timeout().toMillis(),
                TimeUnit.MILLISECONDS);
        cache.encoding().mediaType(MediaType.APPLICATION_OCTET_STREAM_TYPE);
        cache.clustering().partitionHandling().whenSplit(PartitionHandling.ALLOW_READ_WRITES).mergePolicy(merge);
        return cache;
    }

    private static byte[] bothCounts(byte[] one, byte[] other) {
        return CountsCodec.bytes(Counts.merged(CountsCodec.counts(one), CountsCodec.counts(other)));
    }

    /// The sessions that all nodes know.
    public Siblings sessions() {
        return new SharedSessions(manager.getCache(SESSIONS), patienceMillis());
    }

    /// Orders to all nodes to forget answers.
    public SharedPurges purges() {
        return new SharedPurges(manager.getCache(PURGES), this::execute);
    }

    /// The limits that all nodes take from together.
    public Window.Shared limits() {
        return new SharedWindows(this, limits, new Processes(settings.address()));
    }

    Standing standing() {
        Standing last = seen;
        if (last.topology() != topology().getTopologyId()) {
            last = look();
            seen = last;
        }
        return last;
    }

    private CacheTopology topology() {
        return limits.getAdvancedCache().getDistributionManager().getCacheTopology();
    }

    private Standing look() {
        CacheTopology now = topology();
        List<String> here = now.getCurrentCH().getMembers().stream().map(Object::toString).toList();
        // while parts that were apart put their counts together, each node may have those of either
        int agreed = now.getPhase() == CacheTopology.Phase.CONFLICT_RESOLUTION ? 1 : here.size();
        int all = settings.members().size();
        int part = settings.whenApart() == WhenApart.SHARE
                ? Math.min(agreed, all)
                : 2 * agreed > all ? all : 0;
        return new Standing(now.getTopologyId(), here, new Share(part, all));
    }

    /// Has a step carried out by the node that owns the limit.
    CompletableFuture<byte[]> carryOut(String limit, CountStep step) {
        try {
            return owners.eval(limit, new CountFunction(CountsCodec.bytes(step)));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /// What this node knows of a limit, or null.
    byte @Nullable [] known(String limit) {
        return closed ? null : here.get(limit);
    }

    long patienceMillis() {
        return settings.timeout().toMillis();
    }

    void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("the cluster was left", e);
        }
    }

    /// Tries again what has failed.
    void later(Runnable task, Throwable failure) {
        long now = System.nanoTime();
        long last = told.get();
        if (!closed && now - last >= TROUBLE_EVERY_NANOS && told.compareAndSet(last, now)) {
            LOG.warn("the other nodes can't be asked, trying on cause={}", cause(failure));
        }
        if (!closed) {
            var _ = timer.schedule(() -> execute(task), AGAIN_MS, TimeUnit.MILLISECONDS);
        }
    }

    /// A call has waited in vain.
    void unanswered() {
        unanswered.increment();
    }

    /// By how much another node's clock was ahead of what is made up for, when an answer came.
    void clockAhead(long ms) {
        clockAhead.set(Math.max(0, ms));
    }

    /// How this node sees the cluster.
    public ClusterState state() {
        Standing now = standing();
        return new ClusterState(settings.name(), settings.address(), settings.members(),
                now.here(), now.share().part(), now.share().of(), unanswered.sum(), sealing.unreadable(),
                clockAhead.get());
    }

    /// Whether nobody is about to come.
    boolean settled() {
        return topology().getPhase() == CacheTopology.Phase.NO_REBALANCE;
    }

    JChannel channel() {
        return channel;
    }

    /// Leaves the other nodes, which go on.
    @Override
    public void close() {
        closed = true;
        timer.shutdownNow();
        manager.stop();
        channel.close();
        executor.shutdown();
        try {
            if (!executor.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("messages to other nodes are still under way");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
