package dev.formulary.engine.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.spi.transport.Transport;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/// The transport of the event loops, with a look at each connection that a port accepts: before it is read, before TLS has
/// begun, and before Vert.x, which shows connections only after the handshake, knows of it. Thread-safe.
final class Doors implements Transport {
    private final Transport inner;
    private final Map<Integer, Guarded> ports = new ConcurrentHashMap<>();

    Doors(Transport inner) {
        this.inner = inner;
    }

    private record Guarded(Visitors visitors, Consumer<Channel> begin) {}

    /// From now on the connections of a port are counted.
    ///
    /// @param begin what is done with each that is let in, before anything of it is read
    void guard(int port, Visitors visitors, Consumer<Channel> begin) {
        ports.put(port, new Guarded(visitors, begin));
    }

    void leave(int port) {
        ports.remove(port);
    }

    /// Stands in the pipeline of a listening socket, through which the accepted ones come.
    private final class Door extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object accepted) {
            if (accepted instanceof Channel connection
                    && context.channel().localAddress() instanceof InetSocketAddress here) {
                Guarded guarded = ports.get(here.getPort());
                if (guarded != null && !guarded.visitors.admit(connection)) {
                    connection.unsafe().closeForcibly();
                    return;
                }
                if (guarded != null) {
                    guarded.begin.accept(connection);
                }
            }
            context.fireChannelRead(accepted);
        }
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        ChannelFactory<? extends ServerChannel> factory = inner.serverChannelFactory(domainSocket);
        return () -> {
            ServerChannel channel = factory.newChannel();
            channel.pipeline().addFirst(new Door());
            return channel;
        };
    }

    @Override
    public boolean supportsDomainSockets() {
        return inner.supportsDomainSockets();
    }

    @Override
    public boolean supportFileRegion() {
        return inner.supportFileRegion();
    }

    @Override
    public boolean isAvailable() {
        return inner.isAvailable();
    }

    @Override
    public Throwable unavailabilityCause() {
        return inner.unavailabilityCause();
    }

    @Override
    public java.net.SocketAddress convert(io.vertx.core.net.SocketAddress address) {
        return inner.convert(address);
    }

    @Override
    public io.vertx.core.net.SocketAddress convert(java.net.SocketAddress address) {
        return inner.convert(address);
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
        return inner.ioHandlerFactory();
    }

    @Override
    public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ioRatio) {
        return inner.eventLoopGroup(type, threads, factory, ioRatio);
    }

    @Override
    public DatagramChannel datagramChannel() {
        return inner.datagramChannel();
    }

    @Override
    @SuppressWarnings("deprecation")
    public DatagramChannel datagramChannel(InternetProtocolFamily family) {
        return inner.datagramChannel(family);
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
        return inner.channelFactory(domainSocket);
    }

    @Override
    public void configure(DatagramChannel channel, DatagramSocketOptions options) {
        inner.configure(channel, options);
    }

    @Override
    public void configure(ClientOptionsBase options, int connectTimeout, boolean domainSocket,
            io.netty.bootstrap.Bootstrap bootstrap) {
        inner.configure(options, connectTimeout, domainSocket, bootstrap);
    }

    @Override
    public void configure(NetServerOptions options, boolean domainSocket,
            io.netty.bootstrap.ServerBootstrap bootstrap) {
        inner.configure(options, domainSocket, bootstrap);
    }
}
