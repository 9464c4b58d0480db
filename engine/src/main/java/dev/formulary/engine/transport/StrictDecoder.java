package dev.formulary.engine.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;

/// Reads HTTP/1.1 as usual, but takes no request whose end can be told in two ways: the usual decoder would drop its
/// `Content-Length` in silence, and what is before us may have gone by that. A body that turns out to be no chunks is told
/// instead of being cut off.
final class StrictDecoder extends VertxHttpRequestDecoder {
    private final HeadWatch watch;

    private StrictDecoder(HttpServerOptions options, HeadWatch watch) {
        super(options);
        this.watch = watch;
    }

    /// Puts one in the place of the usual decoder of a connection that has not been read yet.
    static void install(ChannelPipeline pipeline, HttpServerOptions options, HeadWatch watch) {
        pipeline.replace(VertxHttpRequestDecoder.class, "strictDecoder", new StrictDecoder(options, watch));
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) throws Exception {
        int before = out.size();
        super.decode(context, bytes, out);
        if (out.size() == before) {
            return;
        }
        Object read = out.getLast();
        if (read instanceof HttpRequest request) {
            if (request.decoderResult().isSuccess() && !isOne(request.protocolVersion())) {
                request.setProtocolVersion(HttpVersion.HTTP_1_1);
                request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("not HTTP/1.1")));
            }
        } else if (read instanceof HttpContent content && content.decoderResult().isFailure()) {
            out.removeLast();
            content.release();
            watch.garbled();
        }
    }

    private static boolean isOne(HttpVersion version) {
        return version.equals(HttpVersion.HTTP_1_1) || version.equals(HttpVersion.HTTP_1_0);
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("a request has Transfer-Encoding or Content-Length, never both");
    }
}
