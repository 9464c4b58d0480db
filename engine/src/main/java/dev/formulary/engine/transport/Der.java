package dev.formulary.engine.transport;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// As much of DER as it takes to bring keys in the old formats, PKCS #1 (RFC 8017) and SEC 1 (RFC 5915), into PKCS #8
/// (RFC 5208), the only one that Java reads: PKCS #8 says of which kind the key is, and then holds the old format.
final class Der {
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

    private Der() {}

    /// @param publicKey the public key, whose kind it shares, as the JDK encodes it
    /// @param privateKey in the old format
    static byte[] pkcs8(byte[] publicKey, byte[] privateKey) {
        byte[] inner = content(publicKey, 0);
        byte[] kind = Arrays.copyOfRange(inner, 0, end(inner, 0));
        return wrap(SEQUENCE, VERSION_0, kind, wrap(OCTETS, privateKey));
    }

    private static byte[] content(byte[] der, int at) {
        return Arrays.copyOfRange(der, at + 1 + lengthBytes(der, at + 1), end(der, at));
    }

    private static int end(byte[] der, int at) {
        return at + 1 + lengthBytes(der, at + 1) + length(der, at + 1);
    }

    private static int lengthBytes(byte[] der, int at) {
        return der[at] >= 0 ? 1 : 1 + (der[at] & 0x7f);
    }

    private static int length(byte[] der, int at) {
        if (der[at] >= 0) {
            return der[at];
        }
        int length = 0;
        for (int i = 1; i <= (der[at] & 0x7f); i++) {
            length = (length << 8) | (der[at + i] & 0xff);
        }
        return length;
    }

    private static byte[] wrap(int tag, byte[]... parts) {
        var inner = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            inner.writeBytes(part);
        }
        var all = new ByteArrayOutputStream();
        all.write(tag);
        int length = inner.size();
        if (length < 0x80) {
            all.write(length);
        } else if (length < 0x100) {
            all.write(0x81);
            all.write(length);
        } else {
            all.write(0x82);
            all.write(length >> 8);
            all.write(length);
        }
        all.writeBytes(inner.toByteArray());
        return all.toByteArray();
    }
}
