package dev.formulary.engine.transport;

import java.net.Inet4Address;
import java.net.InetAddress;

/// Tells addresses of the public Internet from all others: private networks, this machine, the link, clouds' metadata, carriers'
/// networks, and forms of IPv6 that hide another address. Source: the IANA registries of special-purpose addresses, RFC 6890.
final class PublicAddress {
    private PublicAddress() {}

    static boolean is(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address ? isPublic4(bytes) : isPublic6(bytes);
    }

    private static boolean isPublic4(byte[] bytes) {
        int first = bytes[0] & 0xff;
        int second = bytes[1] & 0xff;
        int third = bytes[2] & 0xff;
        return switch (first) {
            case 0, 10, 127 -> false;
            case 100 -> second < 64 || second > 127;
            case 169 -> second != 254;
            case 172 -> second < 16 || second > 31;
            case 192 -> second != 168 && !(second == 0 && (third == 0 || third == 2)) && !(second == 88 && third == 99);
            case 198 -> second != 18 && second != 19 && !(second == 51 && third == 100);
            case 203 -> !(second == 0 && third == 113);
            default -> first < 224;
        };
    }

    /// Only 2000::/3 is given out. In it 2001::/23 is for protocols (Teredo among them), 2001:db8::/32 and 3fff::/20 are for
    /// examples, and 2002::/16 (6to4) holds an address of IPv4.
    private static boolean isPublic6(byte[] bytes) {
        int first = (bytes[0] & 0xff) << 8 | (bytes[1] & 0xff);
        int second = (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
        if (first >> 13 != 1 || first == 0x2002) {
            return false;
        }
        if (first == 0x2001 && (second < 0x200 || second == 0xdb8)) {
            return false;
        }
        return first != 0x3fff || second >= 0x1000;
    }
}
