package dev.formulary.broker;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/// Holds messages back until the client has been let in. Artemis writes that answer when its disk is done, but what waits for a
/// session that goes on at once: clients then take the connection for broken. Each connection has one; used by its event loop.
final class ConnackFirst extends ChannelOutboundHandlerAdapter {
    private final Queue<Held> held = new ArrayDeque<>();
    private boolean letIn;

    private record Held(Object message, ChannelPromise promise) {}

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (!letIn && message instanceof MqttPublishMessage) {
            held.add(new Held(message, promise));
            return;
        }
        var _ = context.write(message, promise);
        if (message instanceof MqttConnAckMessage) {
            letIn = true;
            for (Held next = held.poll(); next != null; next = held.poll()) {
                var _ = context.write(next.message, next.promise);
            }
            context.flush();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        held.forEach(each -> ReferenceCountUtil.release(each.message));
        held.clear();
    }
}
