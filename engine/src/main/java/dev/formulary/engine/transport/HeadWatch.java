package dev.formulary.engine.transport;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Stands before the HTTP decoder of one connection and sees to it that the head of a request, once begun, comes to its
/// end: a client that sends one byte now and then is never idle, and would hold the connection for ever. The same goes for
/// one that speaks HTTP/2 and never asks for anything. Confined to the event loop.
final class HeadWatch extends ChannelInboundHandlerAdapter {
    private static final byte[] TOO_SLOW = tooSlow();

    private final ReadClock clock;
    private final ReadClock patience;
    private final Visitors.Visit visit;
    private final boolean http1;
    private final ReadClock.Waiting head = new ReadClock.Waiting() {
        @Override
        void expired() {
            refuse();
        }
    };
    private @Nullable ChannelHandlerContext connection;
    private @Nullable Inbound body;
    private int serving;
    private boolean last;

    /// @param clock of the event loop
    /// @param patience how long a head may take to come
    /// @param http1 whether it is told so in HTTP/1.1
    HeadWatch(ReadClock clock, ReadClock patience, Visitors.Visit visit, boolean http1) {
        this.clock = clock;
        this.patience = patience;
        this.visit = visit;
        this.http1 = http1;
    }

    private static byte[] tooSlow() {
        byte[] body = PlainError.body(false, 408, "request_timeout", "the head of the request took too long to come");
        return ("HTTP/1.1 408 Request Timeout\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: "
                + body.length + "\r\n\r\n" + new String(body, StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8);
    }

    /// From here on until [#served], what comes belongs to a body.
    void serving(Inbound call) {
        serving++;
        patience.stop(head);
        body = call;
    }

    void served(Inbound call) {
        serving--;
        if (body == call) {
            body = null;
        }
    }

    /// What comes after the present request is not to be read.
    void last() {
        last = true;
    }

    boolean isLast() {
        return last;
    }

    /// In HTTP/1.1: the body that is coming is none.
    void garbled() {
        last = true;
        Inbound call = body;
        if (call != null) {
            call.garbled();
        } else if (connection != null) {
            var _ = connection.channel().close();
        }
    }

    Visitors.Visit visit() {
        return visit;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        connection = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        long headsBefore = clock.heads;
        clock.reading = this;
        context.fireChannelRead(bytes);
        clock.reading = null;
        if (serving == 0 && clock.heads == headsBefore && !head.waiting()) {
            patience.start(head);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        patience.stop(head);
        context.fireChannelInactive();
    }

    private void refuse() {
        ChannelHandlerContext to = connection;
        if (to == null) {
            return;
        }
        if (http1 && to.pipeline().get(SslHandler.class) == null) {
            to.writeAndFlush(Unpooled.wrappedBuffer(TOO_SLOW)).addListener(ChannelFutureListener.CLOSE);
        } else {
            var _ = to.channel().close();
        }
    }
}
