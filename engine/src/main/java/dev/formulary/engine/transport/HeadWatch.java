package dev.formulary.engine.transport;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Stands before the HTTP decoder of one connection and sees to it that the head of a request, once begun, comes to its
/// end: a client that sends one byte now and then is never idle, and would hold the connection for ever.
final class HeadWatch extends ChannelInboundHandlerAdapter {
    private static final byte[] TOO_SLOW = tooSlow();

    private final ReadClock clock;
    private final ReadClock.Waiting head = new ReadClock.Waiting() {
        @Override
        void expired() {
            refuse();
        }
    };
    private @Nullable ChannelHandlerContext connection;
    private boolean serving;

    HeadWatch(ReadClock clock) {
        this.clock = clock;
    }

    private static byte[] tooSlow() {
        byte[] body = PlainError.body(false, 408, "request_timeout", "the head of the request took too long to come");
        return ("HTTP/1.1 408 Request Timeout\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: "
                + body.length + "\r\n\r\n" + new String(body, StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8);
    }

    /// From here on until [#served], what comes belongs to a body.
    void serving() {
        serving = true;
        clock.stop(head);
    }

    void served() {
        serving = false;
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
        if (!serving && clock.heads == headsBefore && !head.waiting()) {
            clock.start(head);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        clock.stop(head);
        context.fireChannelInactive();
    }

    private void refuse() {
        ChannelHandlerContext to = connection;
        if (to != null) {
            to.writeAndFlush(Unpooled.wrappedBuffer(TOO_SLOW)).addListener(ChannelFutureListener.CLOSE);
        }
    }
}
