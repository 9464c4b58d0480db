package dev.formulary.gemini;

import java.net.Inet6Address;
import java.net.InetAddress;

/// Tells the internet from this machine and its own networks. Source: the registries of special-purpose addresses, RFC 6890.
final class PublicAddress {
    private PublicAddress() {}

    static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress() || address.isLoopbackAddress() || address.isLinkLocalAddress()
                || address.isSiteLocalAddress() || address.isMulticastAddress()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        return address instanceof Inet6Address ? isPublic6(bytes) : isPublic4(bytes[0] & 0xff, bytes[1] & 0xff, bytes);
    }

    private static boolean isPublic4(int first, int second, byte[] bytes) {
        boolean shared = first == 100 && (second & 0xc0) == 64;
        boolean benchmark = first == 198 && (second & 0xfe) == 18;
        boolean protocol = first == 192 && second == 0 && bytes[2] == 0;
        return first != 0 && first < 240 && !shared && !benchmark && !protocol;
    }

    /// Only 2000::/3 is in use on the internet; of that, 2002::/16 and the translation prefixes hold an older address.
    private static boolean isPublic6(byte[] bytes) {
        boolean global = (bytes[0] & 0xe0) == 0x20;
        boolean holdsAnother = bytes[0] == 0x20 && (bytes[1] == 0x02 || (bytes[1] == 0x01 && bytes[2] == 0));
        return global && !holdsAnother;
    }
}
