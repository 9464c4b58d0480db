package dev.formulary.engine.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Stands first on a connection of the port for HTTP/2 without TLS and lets nothing through that does not begin as a client
/// must that knows it speaks HTTP/2 (RFC 9113 section 3.4). So nobody's bytes are ever read as HTTP/1.1 there, and nothing can
/// be upgraded: what a proxy before us passes on as one request can't become another protocol. Confined to the event loop.
final class PriorKnowledge extends ChannelInboundHandlerAdapter {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] REFUSAL = refusal();
    private static final AttributeKey<Boolean> SHOWN = AttributeKey.valueOf(PriorKnowledge.class, "shown");

    private final Duration patience;
    private @Nullable ByteBuf held;
    private @Nullable ScheduledFuture<?> end;
    private boolean refused;

    private PriorKnowledge(Duration patience) {
        this.patience = patience;
    }

    /// Stands before all else on a connection that has not been read yet.
    ///
    /// @param patience how long the beginning may take to come
    static void demand(Channel connection, Duration patience) {
        connection.pipeline().addFirst(new PriorKnowledge(patience));
    }

    /// Whether a connection has begun as it must.
    static boolean isShown(Channel connection) {
        return Boolean.TRUE.equals(connection.attr(SHOWN).get());
    }

    private static byte[] refusal() {
        byte[] body = PlainError.body(false, 400, "http2_only", "this port speaks HTTP/2 only, to clients that know it"
                + " beforehand (server.h2c); HTTP/1.1 is spoken at server.port");
        return ("HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: "
                + body.length + "\r\n\r\n" + new String(body, StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        end = context.executor().schedule(() -> {
            var _ = context.channel().close();
        }, patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var bytes = (ByteBuf) message;
        if (refused) {
            bytes.release();
            return;
        }
        ByteBuf all = held == null ? bytes : Unpooled.wrappedBuffer(held, bytes);
        held = all;
        int seen = Math.min(all.readableBytes(), PREFACE.length);
        for (int i = 0; i < seen; i++) {
            if (all.getByte(all.readerIndex() + i) != PREFACE[i]) {
                refuse(context);
                return;
            }
        }
        if (seen == PREFACE.length) {
            held = null;
            context.channel().attr(SHOWN).set(true);
            context.pipeline().remove(this);
            context.fireChannelRead(all);
        }
    }

    private void refuse(ChannelHandlerContext context) {
        refused = true;
        letGo();
        context.writeAndFlush(Unpooled.wrappedBuffer(REFUSAL)).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        letGo();
        if (end != null) {
            end.cancel(false);
        }
    }

    private void letGo() {
        if (held != null) {
            held.release();
            held = null;
        }
    }
}
