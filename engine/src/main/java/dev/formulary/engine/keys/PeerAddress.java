package dev.formulary.engine.keys;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/// Who counts as one caller by an address: an IPv4 address, or an IPv6 network of 64 bits (RFC 6177), since every customer has
/// at least one of these and may use any address in it.
final class PeerAddress {
    private static final int NETWORK_BYTES = 8;

    private PeerAddress() {}

    /// @param text an address, perhaps with a zone; anything else stays what it is
    static String of(String text) {
        int zone = text.indexOf('%');
        String bare = zone < 0 ? text : text.substring(0, zone);
        try {
            // literals only: nobody is asked for names
            InetAddress address = InetAddress.ofLiteral(bare);
            return address instanceof Inet6Address
                    ? network(ByteBuffer.wrap(address.getAddress()))
                    : address.getHostAddress();
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static String network(ByteBuffer address) {
        var text = new StringBuilder();
        for (int i = 0; i < NETWORK_BYTES; i += 2) {
            text.append(Integer.toHexString(Short.toUnsignedInt(address.getShort(i)))).append(':');
        }
        return text.append(":/64").toString();
    }
}
