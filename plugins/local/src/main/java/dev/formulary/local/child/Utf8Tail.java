package dev.formulary.local.child;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Makes characters of bytes that come in pieces: a token may end inside a character. What is no UTF-8 becomes U+FFFD.
final class Utf8Tail {
    private byte[] kept = {};

    /// @return the characters that are whole now
    String add(byte[] piece) {
        byte[] all = Arrays.copyOf(kept, kept.length + piece.length);
        System.arraycopy(piece, 0, all, kept.length, piece.length);
        int whole = all.length - begun(all);
        kept = Arrays.copyOfRange(all, whole, all.length);
        return new String(all, 0, whole, StandardCharsets.UTF_8);
    }

    /// What is left when nothing more comes.
    String rest() {
        String rest = new String(kept, StandardCharsets.UTF_8);
        kept = new byte[0];
        return rest;
    }

    /// How many bytes at the end are the beginning of a character that more bytes may complete.
    private static int begun(byte[] bytes) {
        for (int back = 1; back <= Math.min(3, bytes.length); back++) {
            int lead = bytes[bytes.length - back] & 0xFF;
            if (lead < 0x80) {
                return 0;
            }
            if (lead >= 0xC0) {
                int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
                return back < length ? back : 0;
            }
        }
        return 0;
    }
}
